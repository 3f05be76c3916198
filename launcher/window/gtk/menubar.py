"""The bar of menus above the page, where there is one: not on a full screen, nor by keys of the page's."""

from __future__ import annotations

from typing import Any

from launcher.window.gtk.bindings import library
from launcher.window.gtk.pane import Pane


def bind(pane: Pane) -> None:
    """Take the bar away with the window's frame, and bring it back with it."""
    if not pane.opening.shares:
        return
    # GTK would take F10 before the page, which may have a use for it.
    library("Gtk").Settings.get_default().props.gtk_menu_bar_accel = None
    pane.window.connect("window-state-event", _changed)


def _changed(window: Any, event: Any) -> bool:
    window.set_show_menubar(not event.new_window_state & library("Gdk").WindowState.FULLSCREEN)
    return False
