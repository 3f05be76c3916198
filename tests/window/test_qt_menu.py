"""The menu of Qt's window, where the app may be shared."""

from __future__ import annotations

from collections.abc import Iterator
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


class TestMenu(menus.Promises):
    """Qt's."""


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
