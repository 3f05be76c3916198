"""The menu of GTK's window, where the app may be shared."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

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


class TestMenu(menus.Promises):
    """GTK's."""
