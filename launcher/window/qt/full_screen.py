"""The whole screen: for the window by a key, for a part of a page by its own wish."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWebEngineCore import QWebEngineFullScreenRequest, QWebEnginePage
from PySide6.QtWidgets import QMainWindow


class FullScreen(QObject):
    """Takes the whole screen, and gives it back as it was."""

    def __init__(self, host: QMainWindow, page: QWebEnginePage) -> None:
        super().__init__(host)
        self._host = host
        self._page = page
        self._before = host.windowState()
        # For as long as a part of the page has the screen; that key is then not the page's to take.
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), host)
        self._escape.setEnabled(False)
        self._escape.activated.connect(self.end)
        page.fullScreenRequested.connect(self._ask)

    def toggle(self) -> None:
        """Take the screen, or give it back."""
        if self._host.isFullScreen():
            self.end()
            self._give_back()
        else:
            self._take()

    def end(self) -> None:
        """Take the screen from a part of the page that has it."""
        if self._escape.isEnabled():
            self._page.triggerAction(QWebEnginePage.WebAction.ExitFullScreen)

    def _ask(self, request: QWebEngineFullScreenRequest) -> None:
        request.accept()
        self._escape.setEnabled(request.toggleOn())
        if request.toggleOn():
            self._take()
        else:
            self._give_back()

    def _take(self) -> None:
        if not self._host.isFullScreen():
            self._before = self._host.windowState()
            self._host.showFullScreen()

    def _give_back(self) -> None:
        if self._host.isFullScreen():
            self._host.setWindowState(self._before)
