"""Short questions in front of a page, named after the app."""

from __future__ import annotations

from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QMessageBox

Button = QMessageBox.StandardButton


def tell(page: QWebEnginePage, text: str) -> None:
    """Show a text until it is taken note of."""
    _box(page, text, Button.Ok).exec()


def ask(page: QWebEnginePage, text: str) -> bool:
    """Show a question; True is OK."""
    return _box(page, text, Button.Ok | Button.Cancel).exec() == Button.Ok


def _box(page: QWebEnginePage, text: str, buttons: QMessageBox.StandardButton) -> QMessageBox:
    from PySide6.QtCore import Qt

    window = QWebEngineView.forPage(page).window()
    box = QMessageBox(QMessageBox.Icon.NoIcon, window.windowTitle(), text, buttons, window)
    box.setTextFormat(Qt.TextFormat.PlainText)  # a page's text is not markup of ours
    return box
