"""All that a window of ours has beside its page: keys, a bar to find by, zoom, full screen, and printing."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow

from launcher.window.qt import channel, colours, menubar, placing, printing, recovering
from launcher.window.qt.finding import FindBar
from launcher.window.qt.full_screen import FullScreen
from launcher.window.qt.keys import Keys
from launcher.window.qt.page import Page
from launcher.window.qt.view import View


def dress_first(window: Any) -> None:
    """Dress the window that pywebview built, and do what only the first needs."""
    host: QMainWindow = window.native
    view: View = window.native.webview
    page = view.page()
    assert isinstance(page, Page)
    window.native.around = page.around
    page.setWebChannel(None)  # type: ignore[arg-type]  # pywebview's own: it reaches into Python
    placing.follow(host, window, page.around.opening)
    colours.paint(host, page)
    channel.open_for(page, window)
    if page.around.opening.shares:
        menubar.Bar(host)
    dress(host, view)


def dress(host: QMainWindow, view: View) -> None:
    """Dress a window around its view."""
    page = view.page()
    assert isinstance(page, Page)
    view.setContextMenuPolicy(Qt.ContextMenuPolicy.DefaultContextMenu)
    find_bar = FindBar(view)
    host.addToolBar(Qt.ToolBarArea.BottomToolBarArea, find_bar)
    host.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)  # it would offer to hide the bar
    full_screen = FullScreen(host, page)
    host.installEventFilter(Keys(host, view, find_bar, full_screen))
    printing.bind(page)
    recovering.bind(page)
