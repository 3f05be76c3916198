"""One web view with the window around it, and what all parts of it need to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from launcher.window import Opening
from launcher.window.gtk.fence import Fence
from launcher.window.gtk.witness import Witness
from launcher.window.leading import Leading
from launcher.window.rules import Rules


@dataclass(slots=True)
class Pane:
    """A web view, its window, and the rules that both follow."""

    view: Any
    window: Any
    opening: Opening
    rules: Rules
    leading: Leading
    fence: Fence
    witness: Witness
    own_page: str  # the last page of the launcher's own
    is_popup: bool = False
    shows_own_page: bool = False  # a page of the launcher's own, which nothing has left since

    @property
    def url(self) -> str:
        """The address of the page that is shown."""
        return str(self.view.get_uri() or "")
