"""What a page is drawn in."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWebEngineWidgets import QWebEngineView

from launcher.window.qt import menu
from launcher.window.qt.page import Page


class View(QWebEngineView):
    """Draws a page, with a menu for the mouse's other button."""

    def setHtml(self, html: str, baseUrl: QUrl | str = "") -> None:
        """Show a page of the launcher's: who calls this is never the app."""
        page = self.page()
        assert isinstance(page, Page)
        page.show_own(html)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the menu."""
        menu.menu_of(self).popup(event.globalPos())
