"""Size and place of the first window, as they were left."""

from __future__ import annotations

from typing import Any

from launcher.window import places
from launcher.window.gtk.bindings import library
from launcher.window.gtk.pane import Pane
from launcher.window.places import Area, Place

PAUSE = 400  # milliseconds without a change before it is written


def follow(pane: Pane, closing: Any) -> None:
    """Put a window that is not shown yet where it was, if that is still on a screen, and follow it.

    `closing` is pywebview's event before the end, whoever wants it.
    """
    settings = pane.opening.manifest.window
    kept = places.load(pane.opening.folders.private)
    place = places.fitted(kept, (settings.width, settings.height), settings.resizable, _screens())
    if settings.resizable:
        pane.window.resize(place.width, place.height)
    pane.window.move(place.x, place.y)
    if place.is_maximized:
        pane.window.maximize()
    placing = Placing(pane, place)
    pane.window.connect("configure-event", placing.changed)
    pane.window.connect("window-state-event", placing.changed)
    closing += placing.closing


class Placing:
    """Notes where a window is whenever that has changed."""

    def __init__(self, pane: Pane, place: Place) -> None:
        self._folder = pane.opening.folders.private
        self._place = place
        self._timer = 0

    def changed(self, window: Any, event: Any) -> bool:
        """Take note of a change, to be written when there are no more of them."""
        states = library("Gdk").WindowState
        shown = window.get_window()
        state = shown.get_state() if shown is not None else states.WITHDRAWN
        if state & (states.WITHDRAWN | states.ICONIFIED | states.FULLSCREEN):
            return False
        if state & states.MAXIMIZED:
            self._place = self._place._replace(is_maximized=True)
        else:
            self._place = Place(*window.get_position(), *window.get_size())
        self._stop()
        self._timer = library("GLib").timeout_add(PAUSE, self._save)
        return False

    def closing(self) -> None:
        """Write what is not written yet; nothing is asked of the window while it closes."""
        if self._timer:
            self._stop()
            self._save()

    def _stop(self) -> None:
        if self._timer:
            library("GLib").source_remove(self._timer)
            self._timer = 0

    def _save(self) -> bool:
        self._timer = 0
        places.save(self._folder, self._place)
        return False


def _screens() -> list[Area]:
    """List the screens as far as panels leave them, the first one first."""
    display = library("Gdk").Display.get_default()
    monitors = [display.get_monitor(number) for number in range(display.get_n_monitors())]
    areas = [monitor.get_workarea() for monitor in monitors]
    return [Area(area.x, area.y, area.width, area.height) for area in areas]
