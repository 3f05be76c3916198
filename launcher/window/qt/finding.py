"""A small bar to find words of a page by."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWebEngineCore import QWebEngineFindTextResult, QWebEnginePage
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QLabel, QLineEdit, QToolBar, QToolButton

Flag = QWebEnginePage.FindFlag
PAUSE = 150  # milliseconds without a letter: each search goes on to the place after


class FindBar(QToolBar):
    """Looks for what is typed; Enter for the next place, Escape to close."""

    def __init__(self, view: QWebEngineView) -> None:
        super().__init__("Find")
        self._page = view.page()
        self._view = view
        self.setMovable(False)
        self.setFloatable(False)
        self._words = QLineEdit(placeholderText="Find in this page")
        self._words.setMaximumWidth(280)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._find)
        self._words.textChanged.connect(lambda: self._pause.start())
        self._words.installEventFilter(self)
        self._places = QLabel()
        self._places.setContentsMargins(8, 0, 8, 0)
        self.addWidget(self._words)
        for sign, name, action in (
            ("▲", "Previous", self.previous),
            ("▼", "Next", self.next),
            ("✕", "Close", self.close),
        ):
            button = QToolButton()
            button.setText(sign)
            button.setToolTip(name)
            button.setAutoRaise(True)
            button.clicked.connect(action)
            self.addWidget(button)
        self.addWidget(self._places)
        self._page.findTextFinished.connect(self._tell)
        self.hide()

    def open(self) -> None:
        """Show the bar, with what was selected in it."""
        selected = self._page.selectedText()
        if selected and "\n" not in selected and len(selected) < 100:
            self._words.setText(selected)
        self.show()
        self._words.setFocus()
        self._words.selectAll()

    def next(self) -> None:
        """Go to the next place; where nothing was looked for, ask for what."""
        self._find() if self._words.text() else self.open()

    def previous(self) -> None:
        """Go to the place before."""
        self._find(Flag.FindBackward) if self._words.text() else self.open()

    def close(self) -> bool:
        """Put the bar away, and the marks in the page."""
        if self.isVisible():
            self.hide()
            self._page.findText("")
            self._view.setFocus()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what is a command in the line."""
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.previous() if back else self.next()
            return True
        return False

    def _find(self, flag: QWebEnginePage.FindFlag | None = None) -> None:
        if flag is None:
            self._page.findText(self._words.text())
        else:
            self._page.findText(self._words.text(), flag)
        if not self._words.text():
            self._places.clear()

    def _tell(self, result: QWebEngineFindTextResult) -> None:
        if self._words.text():
            found = result.numberOfMatches()
            self._places.setText(f"{result.activeMatch()} of {found}" if found else "Not found")
