"""What becomes of an address that a page leads to, done: the same for all web views."""

from __future__ import annotations

import webbrowser

from launcher.window import Opening
from launcher.window.rules import COMMANDS, Lead, Rules, shown


class Leading:
    """Follows the rules of one window."""

    def __init__(self, rules: Rules, opening: Opening) -> None:
        self._rules = rules
        self._opening = opening

    def stays(self, url: str, *, from_own_page: bool = False) -> bool:
        """Tell whether the window may go to an address; what it may not is done here, or noted."""
        lead = self._rules.lead(url, from_own_page=from_own_page)
        if lead is Lead.OUTSIDE:
            webbrowser.open(url)
        elif lead is Lead.COMMAND:
            self._opening.asked(COMMANDS[url])
        elif lead is Lead.REFUSED:
            self._opening.note(f"a page was not let to {shown(url)}")
        return lead is Lead.STAY
