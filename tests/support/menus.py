"""The menu of a window whose app may be shared, as a hand uses it: the same for all web views."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import pytest

from launcher.sharing import SHARE
from tests.support.screens import differ
from tests.support.waiting import until
from tests.support.windows import NAME, Window

KEYS = ("F10", "Alt_L", "a")
COLOURS = count(1)


def take(window: Window) -> Window:
    """Have a window at the app's first page, which is seen, and the keyboard in it."""
    colour = (next(COLOURS), 200, 90)
    window.run(f"document.body.style.background = 'rgb{colour}', 1")
    until(lambda: window.screen.find(colour))  # not what was there before it
    window.screen.focus(NAME)
    window.screen.click(640, 780)
    return window


def open_menu(window: Window) -> None:
    """Open the only menu of the bar, whose first word stands at the window's corner."""
    x, y, _, _ = window.screen.area(NAME)
    window.screen.click(x + 20, y + 10)


def is_at_share_page(window: Window) -> bool:
    """Tell whether the window shows the page to share by."""
    return window.program.has_proof() and window.program.proof()["url"].endswith(SHARE)


@contextmanager
def something_shown(window: Window) -> Iterator[None]:
    """Do what shows something, and wait until it does: keys before that would be the page's."""
    before = window.screen.picture(window.folder / "before.png")
    yield
    until(lambda: differ(before, window.screen.picture(window.folder / "after.png")))


def by_bar(window: Window) -> None:
    """Choose the item in the bar."""
    with something_shown(window):
        open_menu(window)
    window.key("Down")
    window.key("Return")


def by_context_menu(window: Window) -> None:
    """Choose the item in the menu at the mouse's other button, where it is the last."""
    with something_shown(window):
        window.screen.click(640, 600, 3)
    window.key("Up")
    window.key("Return")


@contextmanager
def at_page(window: Window) -> Iterator[None]:
    """Lead the window to the page to share by, and back to the app's as people go back."""
    yield
    until(lambda: is_at_share_page(window))
    window.screen.click(640, 780)
    window.key("Alt_L", "Left")
    until(lambda: not is_at_share_page(window))
    assert window.run("location.pathname") == "/"


def keys_of_page(window: Window) -> list[str]:
    """Press what bars of menus like to take, and return what of it the page got."""
    window.run("void (window.got = [], window.onkeydown = event => got.push(event.key))")
    for key in KEYS:
        window.key(key)
    window.key("Alt_L", "s")
    until(lambda: "s" in window.run("got"), what=lambda: window.run("got"))
    return list(window.run("got"))


def heights(window: Window) -> tuple[int, int]:
    """Return the height of the page, and that of the window."""
    inside = int(window.run("innerHeight"))
    return inside, window.screen.area(NAME)[3]


class Promises:
    """What the menu of every web view promises, tested with the fixture `window` of its own module."""

    @pytest.mark.parametrize("choose", [by_bar, by_context_menu])
    def test_menu_leads_to_the_page_to_share_by_and_back_is_the_app(
        self, window: Window, choose: Callable[[Window], None]
    ) -> None:
        with at_page(window):
            choose(window)

    def test_keys_that_open_menus_elsewhere_are_the_page_s(self, window: Window) -> None:
        assert keys_of_page(window) == ["F10", "Alt", "a", "Alt", "s"]

    def test_bar_makes_room_for_a_full_screen_and_comes_back(self, window: Window) -> None:
        page, outside = heights(window)
        assert page < outside
        with window.screen.managed():
            window.key("F11")
            until(lambda: window.run("innerHeight") == 900)
            window.key("F11")
            until(lambda: heights(window) == (page, outside))

    def test_bar_to_find_words_by_opens_and_closes_below_it(self, window: Window) -> None:
        page, _ = heights(window)
        window.key("Control_L", "f")
        until(lambda: window.run("innerHeight") < page)
        window.key("Escape")
        until(lambda: window.run("innerHeight") == page)
