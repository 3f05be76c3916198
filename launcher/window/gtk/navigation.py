"""Where a page leads its window: WebKitGTK's questions, answered by the rules.

`file:` is refused by WebKitGTK itself where a page leads there, and nobody is told.
"""

from __future__ import annotations

from typing import Any

from launcher.window.gtk.bindings import library
from launcher.window.gtk.pane import Pane
from launcher.window.rules import OWN_PAGE, Lead, origin_of

IN_FRAMES = ("about:", "blob:", "data:")  # what frames may show, and WebKitGTK shows in no window
# Errors in a domain of WebKit's own: this window was not to show the address.
POLICY = "WebKitPolicyError"
INTERRUPTED = 102
BLOCKED = 104


def bind(pane: Pane) -> None:
    """Let the rules decide where a pane goes."""
    navigation = Navigation(pane)
    pane.view.connect("decide-policy", navigation.decide)
    pane.view.connect("load-failed", navigation.failed)
    pane.view.connect("load-changed", navigation.changed)


class Navigation:
    """Follows the way of one pane."""

    def __init__(self, pane: Pane) -> None:
        self._pane = pane
        self._redirected = ""
        self._has_begun = not pane.is_popup

    def decide(self, view: Any, decision: Any, kind: Any) -> bool:
        """Answer whether an address may be gone to, or its answer shown."""
        kinds = library("WebKit2").PolicyDecisionType
        if kind == kinds.RESPONSE:
            self._decide_response(decision)
            return True
        url = decision.get_navigation_action().get_request().get_uri() or ""
        if kind == kinds.NEW_WINDOW_ACTION:
            may = self._stays(url)
        else:
            may = self._may_begin(url, decision.get_navigation_action())
        decision.use() if may else decision.ignore()
        return True

    def _may_begin(self, url: str, action: Any) -> bool:
        """Tell whether to go on; whether it is the window or a frame that goes there is found out later."""
        if url == OWN_PAGE or url.startswith(IN_FRAMES):
            return True
        if self._is_taken_for_strange(url, action):
            library("GLib").idle_add(self._pane.view.load_uri, url)
            return False
        by_window = self._pane.witness.saw(url, action.get_navigation_type())
        if self._pane.fence.stands and self._lead(url) is Lead.OUTSIDE and not by_window:
            if action.is_redirect():
                self._redirected = url
            return True
        return self._stays(url)

    def _is_taken_for_strange(self, url: str, action: Any) -> bool:
        """Tell whether the app's port would refuse what is asked for, unless the window itself loads it.

        Without an opener, as links open windows, and from a page of the launcher's own WebKitGTK calls a
        request that of another site.
        """
        if not self._pane.rules.is_own(url):
            return False
        is_first, self._has_begun = not self._has_begun, True
        is_link = action.get_navigation_type() == library("WebKit2").NavigationType.LINK_CLICKED
        is_plain = action.get_request().get_http_method() == "GET"
        return is_plain and (is_first or (self._pane.shows_own_page and is_link))

    def _decide_response(self, decision: Any) -> None:
        url = decision.get_request().get_uri() or ""
        if decision.is_main_frame_main_resource() and not self._stays(url):
            decision.ignore()
        elif decision.is_mime_type_supported() and not is_attachment(decision.get_response()):
            decision.use()
        else:
            decision.download()

    def failed(self, view: Any, event: Any, url: str, error: Any) -> bool:
        """Lead outside what the fence kept from the window; what it may not show is no error to be shown."""
        if error.domain != POLICY:
            return False
        redirected, self._redirected = self._redirected, ""
        if error.code == BLOCKED and self._pane.rules.is_own(url) and redirected:
            url = redirected
        if error.code != INTERRUPTED and self._lead(url) is not Lead.STAY and url != OWN_PAGE:
            self._stays(url)
            self._close_if_empty()
        return True

    def changed(self, view: Any, event: Any) -> None:
        """Notice what the pane shows now."""
        if event == library("WebKit2").LoadEvent.COMMITTED:
            # Before the app answers there is nothing else that a window could show.
            self._pane.shows_own_page = self._pane.url == OWN_PAGE or not self._pane.rules.origin

    def _lead(self, url: str) -> Lead:
        return self._pane.rules.lead(url, from_own_page=self._pane.shows_own_page)

    def _stays(self, url: str) -> bool:
        return self._pane.leading.stays(url, from_own_page=self._pane.shows_own_page)

    def _close_if_empty(self) -> None:
        """Close a window that a page opened for an address which is shown elsewhere."""
        if self._pane.is_popup and not origin_of(self._pane.url):
            self._pane.window.destroy()


def is_attachment(response: Any) -> bool:
    """Tell whether an answer asks to be kept instead of shown."""
    headers = response.get_http_headers()
    said = headers.get_one("Content-Disposition") if headers is not None else None
    return (said or "").strip().lower().startswith("attachment")
