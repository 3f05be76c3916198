"""The menu of Qt's window, where the app may be shared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.waiting import until

pytest.importorskip("Xlib", reason="looks at windows as X shows them", exc_type=ImportError)
pytest.importorskip("PySide6.QtWebEngineCore", reason="opens Qt's window", exc_type=ImportError)

from tests.support import menus
from tests.support.screens import Screen, virtual_screen
from tests.support.windows import NAME, Window, window_of

pytestmark = pytest.mark.window

FAILS = """
if not os.path.exists(os.path.join(FOLDER, "mended")):
    raise ValueError("not yet")
"""


@pytest.fixture(scope="module")
def kept(screen: Screen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    with window_of(screen, tmp_path_factory.mktemp("menu") / "own", share=True) as window:
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


def test_window_that_a_page_opens_has_no_menu_of_its_own(window: Window) -> None:
    window.run("void (window.opened = open('/second', 'second', 'width=500,height=300'))")
    until(lambda: window.run("innerHeight === outerHeight", "/second"))
    window.run("void opened.close()")
    until(lambda: window.screen.titles() == [NAME])


def test_menu_of_an_app_that_failed_starts_it_again_and_leads_there(tmp_path: Path) -> None:
    with virtual_screen() as screen, window_of(screen, tmp_path / "own", FAILS, share=True) as window:
        until(lambda: "launcher: failed: " in window.program.log)
        until(lambda: screen.titles() == [NAME])
        screen.focus(NAME)
        (tmp_path / "own" / "steering" / "mended").touch()
        menus.by_bar(window)
        until(lambda: menus.is_at_share_page(window))
