"""The menu of GTK's window, where the app may be shared."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.support.waiting import until

pytest.importorskip("Xlib", reason="looks at windows as X shows them", exc_type=ImportError)

from tests.support import menus
from tests.support.screens import virtual_screen
from tests.support.windows import Window, window_of

pytestmark = pytest.mark.window


@pytest.fixture(scope="module")
def kept(python: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """One window for all of these, on a screen of its own: the shared one's tests count what is on theirs."""
    folder = tmp_path_factory.mktemp("menu") / "own"
    with (
        virtual_screen() as screen,
        window_of(screen, folder, webview="gtk", python=python, share=True) as window,
    ):
        yield window


@pytest.fixture
def window(kept: Window) -> Window:
    return menus.take(kept)


@pytest.mark.parametrize("choose", [menus.by_bar, menus.by_context_menu])
def test_menu_leads_to_the_page_to_share_by_and_back_is_the_app(
    window: Window, choose: Callable[[Window], None]
) -> None:
    with menus.at_page(window):
        choose(window)


def test_keys_that_open_menus_elsewhere_are_the_page_s(window: Window) -> None:
    assert menus.keys_of_page(window) == ["F10", "Alt", "a", "Alt", "s"]


def test_bar_makes_room_for_a_full_screen_and_comes_back(window: Window) -> None:
    page, outside = menus.heights(window)
    assert page < outside
    with window.screen.managed():
        window.key("F11")
        until(lambda: window.run("innerHeight") == 900)
        window.key("F11")
        until(lambda: menus.heights(window) == (page, outside))


def test_bar_to_find_words_by_opens_and_closes_below_it(window: Window) -> None:
    page, _ = menus.heights(window)
    window.key("Control_L", "f")
    until(lambda: window.run("innerHeight") < page)
    window.key("Escape")
    until(lambda: window.run("innerHeight") == page)
