"""Where a page leads its window: WebView2's questions, answered by the rules.

Frames inside a page are asked about by another event, which nobody hears: they load what they like. Never run
on Windows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from launcher.window.leading import Leading
from launcher.window.rules import Rules, shown

# As which WebView2 announces a text that it is given; no page can lead its window to a `data:` address.
GIVEN = ("data:text/html", "about:blank")


class Navigation:
    """Follows the way of one window."""

    def __init__(self, rules: Rules, leading: Leading) -> None:
        self.shows_own_page = False
        self._rules = rules
        self._leading = leading
        self._awaits_own = False

    def await_own(self) -> None:
        """Expect a page of the launcher's own."""
        self._awaits_own = True

    def starting(self, args: Any) -> str:
        """Answer a NavigationStarting; return what the window is to load by itself instead, if anything."""
        args.Cancel = True
        url = str(args.Uri)
        if self._is_given(url):
            self._awaits_own, self.shows_own_page = False, True
            args.Cancel = False
            return ""
        if not self._leading.stays(url, from_own_page=self.shows_own_page):
            return ""
        if self.shows_own_page and args.IsUserInitiated:
            # Led by a page of no origin it would come to the app as from a stranger, without its session.
            return url
        self._awaits_own = self.shows_own_page = False
        args.Cancel = False
        return ""

    def new_window(self, args: Any) -> str:
        """Answer a NewWindowRequested; return what this window is to load instead, if anything."""
        args.Handled = True
        url = str(args.Uri)
        if not self._leading.stays(url):
            return ""
        return url if self._rules.is_own(url.removeprefix("blob:")) else ""

    def launching(self, args: Any, note: Callable[[str], None]) -> None:
        """Answer a LaunchingExternalUriScheme: what may be opened outside was, before this is asked."""
        args.Cancel = True
        if not str(args.Uri).startswith(("mailto:", "launcher:")):
            note(f"a page was not let to {shown(str(args.Uri))}")

    def _is_given(self, url: str) -> bool:
        if self._awaits_own:
            return url.startswith(GIVEN)
        return self.shows_own_page and url.startswith("data:text/html")  # loaded again
