"""Windows that pages open: ours, with the same session and the same rules."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QMainWindow

from launcher.window.qt import dressing
from launcher.window.qt.page import Page
from launcher.window.qt.view import View


class Popup(QMainWindow):
    """A window that a page has opened; it is shown only when there is something in it."""

    def __init__(self, opener: Page) -> None:
        super().__init__()
        self._around = opener.around
        self._is_closed = False
        self._name = self._around.opening.manifest.name
        self.setWindowTitle(self._name)
        first = QWebEngineView.forPage(opener).window()
        self.resize(first.size() * 0.9)
        self.setWindowIcon(first.windowIcon())
        self.view = View(self)
        page = Page(opener.profile(), self.view, self._around)
        self.view.setPage(page)
        self.setCentralWidget(self.view)
        dressing.dress(self, self.view)
        page.urlChanged.connect(self._show_it)
        page.loadFinished.connect(self._show_what_there_is)
        page.led_away.connect(self._close_if_empty)
        page.titleChanged.connect(self._follow_title)
        page.windowCloseRequested.connect(self.close)
        page.geometryChangeRequested.connect(self._fit)
        self._around.popups.append(self)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing has been shown in it."""
        if self.view.title().removeprefix("about:blank"):
            return False  # written there by its opener
        history = self.view.history()
        is_blank = self.view.url().toString() in ("", "about:blank") and not history.canGoBack()
        return is_blank or history.count() == 0  # what is on its way counts for the address already

    def closeEvent(self, event: QCloseEvent) -> None:
        """Take the page apart with its window."""
        super().closeEvent(event)
        if not self._is_closed:
            self._is_closed = True
            # Later, and held until then: the engine may be in the middle of something with this page.
            QTimer.singleShot(0, self._take_apart)

    def _take_apart(self) -> None:
        self._around.popups.remove(self)
        self.view.page().deleteLater()
        self.deleteLater()

    def _show_it(self) -> None:
        if not self.isVisible() and not self._is_closed:
            self.show()

    def _show_what_there_is(self, is_whole: bool) -> None:
        if is_whole:
            self._show_it()
        elif not self.isVisible():
            self.close()  # what was to be shown went elsewhere: to a browser, or into a file

    def _close_if_empty(self) -> None:
        if self.is_empty:
            QTimer.singleShot(0, self, self.close)  # later: the engine is still asking its page

    def _follow_title(self, title: str) -> None:
        address = self.view.url().toString()
        own = title and title != address and not address.endswith(title)
        self.setWindowTitle(f"{title} - {self._name}" if own else self._name)

    def _fit(self, wanted: QRect) -> None:
        if wanted.isValid() and self.windowState() == Qt.WindowState.WindowNoState:
            self.resize(wanted.size().expandedTo(self.minimumSizeHint()))
