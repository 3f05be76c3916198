"""The colours of a window before there is anything in it: no white flash in a dark room."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QMainWindow

from launcher.window.colours import PAPER, PAPER_DARK
from launcher.window.qt.page import Page


def paint(host: QMainWindow, page: Page) -> None:
    """Colour a window as our starting page is, until a page of the app's is there."""
    dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    paper = QColor(PAPER_DARK if dark else PAPER)
    palette = host.palette()
    palette.setColor(QPalette.ColorRole.Window, paper)
    host.setPalette(palette)
    page.setBackgroundColor(paper)

    def loaded() -> None:
        # A page that says nothing of its background counts on white, as in any browser.
        page.setBackgroundColor(paper if page.is_own else QColor(Qt.GlobalColor.white))

    page.loadFinished.connect(loaded)
