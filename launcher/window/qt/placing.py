"""Size and place of the window, as they were left."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from launcher.window import Opening, places
from launcher.window.places import Area, Place

PAUSE = 400  # milliseconds without a change before it is written


class Placing(QObject):
    """Notes where a window is whenever that has changed."""

    def __init__(self, host: QMainWindow, opening: Opening) -> None:
        super().__init__(host)
        self._host = host
        self._folder = opening.folders.private
        self._place = Place(*_area(host))
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self._save)
        host.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take note of a change; nothing is asked of the window while it closes."""
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.WindowStateChange):
            self._note()
        elif event.type() is QEvent.Type.Close and self._timer.isActive():
            self._timer.stop()
            self._save()
        return False

    def _note(self) -> None:
        state = self._host.windowState()
        if not self._host.isVisible() or state & Qt.WindowState.WindowMinimized or self._host.isFullScreen():
            return
        maximized = bool(state & Qt.WindowState.WindowMaximized)
        area = _area(self._host) if not maximized else self._place.area
        self._place = Place(*area, maximized)
        self._timer.start()

    def _save(self) -> None:
        places.save(self._folder, self._place)


def follow(host: QMainWindow, window: Any, opening: Opening) -> None:
    """Put a window that is not shown yet where it was, if that is still on a screen, and follow it."""
    screens = [_of(screen.availableGeometry()) for screen in QGuiApplication.screens()]
    settings = opening.manifest.window
    kept = places.load(opening.folders.private)
    place = places.fitted(kept, (settings.width, settings.height), settings.resizable, screens)
    if settings.resizable:
        host.resize(place.width, place.height)
    host.move(place.x, place.y)
    window.maximized = place.is_maximized  # by which pywebview shows it
    Placing(host, opening)


def _of(rectangle: Any) -> Area:
    return Area(rectangle.x(), rectangle.y(), rectangle.width(), rectangle.height())


def _area(host: QMainWindow) -> Area:
    return Area(host.x(), host.y(), host.width(), host.height())
