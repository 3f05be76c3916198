"""The title of a window belongs to its pages, and a word of ours may stand beside it."""

from __future__ import annotations

from launcher.window.titling import title_of


class Named:
    """A window with a title, as pywebview's is."""

    def __init__(self) -> None:
        self.title = "Notes"
        self.titles: list[str] = []

    def set_title(self, title: str) -> None:
        self.title = title
        self.titles.append(title)


def test_word_stands_beside_the_name_and_goes_again() -> None:
    window = Named()
    title_of(window).mark("shared")
    title_of(window).mark("shared")
    title_of(window).mark("")
    assert window.titles == ["Notes - shared", "Notes"]


def test_name_that_a_page_gives_keeps_the_word() -> None:
    window = Named()
    title_of(window).mark("shared")
    title_of(window).call("My list")
    title_of(window).mark("")
    assert window.titles == ["Notes - shared", "My list - shared", "My list"]


def test_nothing_to_say_writes_nothing() -> None:
    window = Named()
    title_of(window).mark("")
    assert window.titles == []
