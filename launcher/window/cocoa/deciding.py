"""Where a page leads its window and what it may use: WebKit's questions, answered by the rules.

Never run on macOS.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from launcher.window import Opening
from launcher.window.crashing import Deaths
from launcher.window.leading import Leading
from launcher.window.rules import OWN_PAGE, Rules

LINK = 0  # WKNavigationTypeLinkActivated
GRANT, DENY = 1, 2  # WKPermissionDecision; 0 would let WebKit ask the user
# WKMediaCaptureType
MEDIA = {0: ("camera",), 1: ("microphone",), 2: ("camera", "microphone")}


class Deciding:
    """Follows the way of one window."""

    def __init__(self, opening: Opening, rules: Rules) -> None:
        self.own_page = opening.page  # the last page of the launcher's own
        self.shows_own_page = True
        self._opening = opening
        self._rules = rules
        self._leading = Leading(rules, opening)
        self._deaths = Deaths(opening.manifest.name, rules)

    def may_go(self, action: Any, load: Callable[[str], object]) -> bool:
        """Tell whether a WKNavigationAction may go on; frames may, and new windows are asked about apart.

        What only the window itself may load, `load` is given.
        """
        frame = action.targetFrame()
        if frame is None or not frame.isMainFrame():
            return True
        url = address(action.request())
        if url == OWN_PAGE:
            return True  # WebKit loads nothing from there but what it is given as a text
        may = self._leading.stays(url, from_own_page=self.shows_own_page)
        if may and self.shows_own_page and action.navigationType() == LINK:
            # Led by a page of no origin it would come to the app as from a stranger, without its session.
            load(url)
            return False
        return may

    def may_show(self, response: Any) -> bool:
        """Tell whether the answer in a WKNavigationResponse may fill the window, by where it came from."""
        if not response.isForMainFrame():
            return True
        url = address(response.response())
        return url == OWN_PAGE or self._leading.stays(url, from_own_page=self.shows_own_page)

    def new_window(self, action: Any, load: Callable[[Any], object]) -> None:
        """Show in this window, by `load`, what a page of the app's would open in another."""
        url = address(action.request()) or "about:blank"
        if self._leading.stays(url) and self._rules.is_own(url.removeprefix("blob:")):
            load(action.request())

    def committed(self, url: str) -> None:
        """Notice what the window shows now; before the app answers it can only be ours."""
        self.shows_own_page = url == OWN_PAGE or not self._rules.origin

    def media(self, origin: Any, kind: int) -> int:
        """Answer who asks for camera or microphone: a WKSecurityOrigin, and a WKMediaCaptureType."""
        port = f":{origin.port()}" if origin.port() else ""
        url = f"{origin.protocol()}://{origin.host()}{port}"
        needed = MEDIA.get(kind, ())
        return GRANT if needed and all(self._rules.grants(name, url) for name in needed) else DENY

    def died(self, url: str, again: Callable[[], object], show: Callable[[str, str], object]) -> None:
        """Load the page once more after the process that drew it has ended, or show one of ours."""
        self._opening.note("the process that drew a page ended")
        page = self.own_page if self.shows_own_page else self._deaths.after(url, time.monotonic())
        if page is None:
            again()
        else:
            show(page, OWN_PAGE)


def address(request: Any) -> str:
    """Return the address of a request or an answer of Cocoa's."""
    url = request.URL()
    return str(url.absoluteString()) if url is not None else ""
