"""The colours of a window before there is anything in it: no white flash in a dark room."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWebEngineCore import QWebEngineScript
from PySide6.QtWidgets import QMainWindow

from launcher.window.colours import PAPER, PAPER_DARK
from launcher.window.qt.page import Page

World = QWebEngineScript.ScriptWorldId
BACKGROUND = """
[document.documentElement, document.body].filter(part => part)
  .map(part => getComputedStyle(part).backgroundColor).find(colour => colour != "rgba(0, 0, 0, 0)") || ""
"""
RGB = re.compile(r"rgb\((\d+), (\d+), (\d+)\)")


def paint(host: QMainWindow, page: Page) -> None:
    """Colour a window as our starting page is, until a page of the app's is there."""
    dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    paper = QColor(PAPER_DARK if dark else PAPER)
    palette = host.palette()
    palette.setColor(QPalette.ColorRole.Window, paper)
    host.setPalette(palette)
    page.setBackgroundColor(paper)

    def loaded() -> None:
        if page.is_own:
            page.setBackgroundColor(paper)
        else:
            page.runJavaScript(BACKGROUND, World.ApplicationWorld.value, follow)

    def follow(told: object) -> None:
        # A page that says nothing of its background counts on white, as in any browser. One that does is
        # most likely followed by others like it: what is behind them may be seen before they are.
        found = RGB.fullmatch(str(told))
        page.setBackgroundColor(QColor(*map(int, found.groups())) if found else QColor(Qt.GlobalColor.white))

    page.loadFinished.connect(loaded)
