"""A menu only where the app may be shared, and what it asks the program for."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

from launcher.window import Opening, menus
from tests.support.waiting import until


def test_no_menu_where_nothing_can_be_shared(opening: Opening) -> None:
    assert menus.menu_of(opening) == []


def test_item_asks_the_program_on_a_thread_of_its_own(opening: Opening) -> None:
    asked: list[tuple[str, bool]] = []

    def ask(command: str) -> None:
        asked.append((command, threading.current_thread() is threading.main_thread()))

    (menu,) = menus.menu_of(replace(opening, shares=True, asked=ask))
    item: Any = menu.items[0]
    assert (menu.title, item.title) == ("Share", "Share on this Wi-Fi…")
    item.function()
    until(lambda: asked == [("share", False)])
