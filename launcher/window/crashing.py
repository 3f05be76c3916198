"""What a window shows when the process that draws its page has died: the page again, once."""

from __future__ import annotations

import html

from launcher.serving import pages
from launcher.window.rules import Rules

AGAIN = 60.0  # seconds: whoever dies twice within them would die a third time


class Deaths:
    """The deaths in one window."""

    def __init__(self, name: str, rules: Rules) -> None:
        self._name = name
        self._rules = rules
        self._last: float | None = None
        self._url = ""

    def after(self, url: str, now: float) -> str | None:
        """Return our page to show instead of the one at `url`; None where that is to be loaded again."""
        if self._rules.is_own(url):
            self._url = url
        is_second = self._last is not None and now - self._last < AGAIN
        self._last = now
        if self._rules.is_own(url) and not is_second:
            return None
        return crashed_page(self._name, self._url or self._rules.origin)


def crashed_page(name: str, url: str) -> str:
    """Return the page that tells that the one at `url` could not be shown, with a button to try again."""
    shown = html.escape(name)
    return pages.page(
        name,
        f"<h1>This page of {shown} could not be shown</h1>"
        "<p>What draws the page has ended twice. The app itself goes on, and what it keeps is kept.</p>"
        f'<a class="button" href="{html.escape(url)}">Try again</a>',
    )
