"""The whole screen: for the window by a key, for a part of a page by its own wish."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWebEngineCore import QWebEngineFullScreenRequest, QWebEnginePage
from PySide6.QtWidgets import QMainWindow


class FullScreen(QObject):
    """Takes the whole screen, and gives it back as it was."""

    def __init__(self, host: QMainWindow, page: QWebEnginePage) -> None:
        super().__init__(host)
        self._host = host
        self._page = page
        self._before = host.windowState()
        page.fullScreenRequested.connect(self._ask)

    def toggle(self) -> None:
        """Take the screen, or give it back."""
        if self._host.isFullScreen():
            self._page.triggerAction(QWebEnginePage.WebAction.ExitFullScreen)
            self._give_back()
        else:
            self._take()

    def _ask(self, request: QWebEngineFullScreenRequest) -> None:
        request.accept()
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
