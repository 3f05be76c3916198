"""What keys do that the page has no use for: a page of the app's that takes one has it for itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QMainWindow

from launcher.window.qt import printing, reloading
from launcher.window.qt.finding import FindBar
from launcher.window.qt.full_screen import FullScreen

CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
KEYPAD = Qt.KeyboardModifier.KeypadModifier
NONE = Qt.KeyboardModifier.NoModifier
STEPS = (0.25, 0.33, 0.5, 0.67, 0.75, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 5.0)


class Keys(QObject):
    """Waits at the window for the keys that come back from the page."""

    def __init__(
        self, host: QMainWindow, view: QWebEngineView, find_bar: FindBar, full_screen: FullScreen
    ) -> None:
        super().__init__(host)
        self._view = view
        Key = Qt.Key
        self._does: dict[int, Callable[[], object]] = {}
        self._say([(CONTROL, Key.Key_F)], find_bar.open)
        self._say([(NONE, Key.Key_F3), (CONTROL, Key.Key_G)], find_bar.next)
        self._say([(SHIFT, Key.Key_F3), (CONTROL | SHIFT, Key.Key_G)], find_bar.previous)
        self._say([(NONE, Key.Key_Escape)], find_bar.close)
        self._say([(NONE, Key.Key_F5), (CONTROL, Key.Key_R)], lambda: reloading.reload(view.page()))
        self._say([(CONTROL, Key.Key_P)], lambda: printing.print_page(view.page()))
        self._say([(ALT, Key.Key_Left), (NONE, Key.Key_Back)], view.back)
        self._say([(ALT, Key.Key_Right), (NONE, Key.Key_Forward)], view.forward)
        self._say([(NONE, Key.Key_F11)], full_screen.toggle)
        for plus in (Key.Key_Plus, Key.Key_Equal):
            self._say([(CONTROL, plus), (CONTROL | SHIFT, plus)], lambda: zoom(view, 1))
        self._say([(CONTROL, Key.Key_Minus), (CONTROL | SHIFT, Key.Key_Underscore)], lambda: zoom(view, -1))
        self._say([(CONTROL, Key.Key_0)], lambda: view.setZoomFactor(1.0))

    def _say(
        self, keys: list[tuple[Qt.KeyboardModifier, Qt.Key]], action: Callable[[], object]
    ) -> None:
        for modifiers, key in keys:
            self._does[QKeyCombination(modifiers, key).toCombined()] = action

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Act on a key that nothing in the window has taken."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            pressed = QKeyCombination(event.modifiers() & ~KEYPAD, Qt.Key(event.key())).toCombined()
            action = self._does.get(pressed)
            if action is not None:
                action()
                return True
        return False


def zoom(view: QWebEngineView, direction: int) -> None:
    """Take the next step larger or smaller."""
    now = view.zoomFactor()
    if direction > 0:
        view.setZoomFactor(next((step for step in STEPS if step > now + 0.01), STEPS[-1]))
    else:
        view.setZoomFactor(next((step for step in reversed(STEPS) if step < now - 0.01), STEPS[0]))
