"""A window that only takes note, for what decides before and beside a real one."""

from __future__ import annotations


class Window:
    """A window that notes what is asked of it."""

    def __init__(self, place: str = "/") -> None:
        self.asked: list[str] = []
        self.marks: list[str] = []
        self._place = place

    def show_page(self, page: str) -> None:
        self.asked.append("a page of ours")

    def go(self, url: str) -> None:
        self.asked.append(url)

    def place(self) -> str:
        return self._place

    def mark(self, words: str) -> None:
        self.marks.append(words)

    def come_forward(self) -> None:
        self.asked.append("come forward")

    def close(self) -> None:
        self.asked.append("close")
