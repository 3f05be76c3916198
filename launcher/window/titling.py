"""What stands in a window's frame: the app's name or what its pages call it, and a word of ours beside it."""

from __future__ import annotations

from typing import Any

KEPT = "launcher_title"  # the attribute of pywebview's window that holds this


class Title:
    """The title of one window, which two may write: its pages, and we."""

    def __init__(self, window: Any) -> None:
        self._window = window
        self._own = str(getattr(window, "title", ""))
        self._mark = ""

    def call(self, name: str) -> None:
        """Take the name that a page gives its window."""
        self._own = name
        self._write()

    def mark(self, words: str) -> None:
        """Let words stand beside the name; none take them away."""
        if words != self._mark:
            self._mark = words
            self._write()

    def _write(self) -> None:
        self._window.set_title(f"{self._own} - {self._mark}" if self._mark else self._own)


def title_of(window: Any) -> Title:
    """Return the title of a window of pywebview's."""
    found: Title | None = getattr(window, KEPT, None)
    if found is None:
        found = Title(window)
        setattr(window, KEPT, found)
    return found
