"""What shows the app: a native window, or a browser where there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from launcher.paths import AppFolders
from launcher.project.manifest import Manifest


class Screen(Protocol):
    """Something that shows pages and can be closed; every method may be called from any thread."""

    def show_page(self, page: str) -> None:
        """Show a page of the launcher's own."""

    def go(self, url: str) -> None:
        """Show the app."""

    def place(self) -> str:
        """Return the path that is being looked at."""

    def come_forward(self) -> None:
        """Raise the window."""

    def close(self) -> None:
        """Close the window."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a screen is opened with; `opened` is called once, when it is there."""

    manifest: Manifest
    folders: AppFolders
    icon: Path | None
    page: str
    opened: Callable[[Screen], None]
    outside: Callable[[str], None]
    proof: Path | None = None
    restarts: bool = False  # an app that failed may be started again
    asked: Callable[[str], None] = lambda command: None  # what a button of our own pages asks for: `quit`
