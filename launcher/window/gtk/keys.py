"""The keys that people know from browsers. A page that has a use for one keeps it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from launcher.window.gtk.bindings import library
from launcher.window.gtk.finding import Finding
from launcher.window.gtk.pane import Pane

STEP = 1.1  # times, a press
SMALLEST, LARGEST = 0.3, 5.0
BACK, FORWARD = 8, 9  # buttons of a mouse
# WebKitGTK keeps arrows to itself, also with Alt, so that they are taken where they arrive.
WORLD = "launcher-keys"
ARROWS = """
addEventListener("keydown", event => {
  const way = {ArrowLeft: -1, ArrowRight: 1}[event.key];
  const is_alone = event.altKey && !event.ctrlKey && !event.shiftKey && !event.metaKey;
  if (way && is_alone && event.isTrusted && !event.defaultPrevented && location.protocol !== "launcher:")
    history.go(way);
});
"""


def bind(pane: Pane, finding: Finding) -> None:
    """Give a pane its keys."""
    keys = Keys(pane, finding)
    webkit = library("WebKit2")
    frames, start = webkit.UserContentInjectedFrames.ALL_FRAMES, webkit.UserScriptInjectionTime.START
    arrows = webkit.UserScript.new_for_world(ARROWS, frames, start, WORLD, None, None)
    pane.view.get_user_content_manager().add_script(arrows)
    # After the page: WebKitGTK hands a key on when no page wanted it.
    pane.window.connect_after("key-press-event", keys.pressed)
    pane.view.connect("scroll-event", keys.scrolled)
    pane.view.connect("button-press-event", keys.clicked)


class Keys:
    """What keys and buttons do in one pane."""

    def __init__(self, pane: Pane, finding: Finding) -> None:
        self._pane = pane
        self._finding = finding
        self._actions: dict[tuple[str, ...], Callable[[], object]] = {
            ("F5",): self._reload,
            ("Ctrl", "r"): self._reload,
            ("Ctrl", "plus"): lambda: self._zoom(STEP),
            ("Ctrl", "equal"): lambda: self._zoom(STEP),
            ("Ctrl", "KP_Add"): lambda: self._zoom(STEP),
            ("Ctrl", "minus"): lambda: self._zoom(1 / STEP),
            ("Ctrl", "KP_Subtract"): lambda: self._zoom(1 / STEP),
            ("Ctrl", "0"): lambda: pane.view.set_zoom_level(1.0),
            ("Ctrl", "KP_0"): lambda: pane.view.set_zoom_level(1.0),
            ("Ctrl", "f"): finding.open,
            ("Ctrl", "g"): finding.next,
            ("F3",): finding.next,
            ("Escape",): finding.close,
            ("Ctrl", "p"): self._print,
            ("F11",): lambda: full_screen(pane.window),
        }

    def pressed(self, window: Any, event: Any) -> bool:
        """Do what a key is for; False where it is for nothing."""
        action = self._actions.get(_name_of(event))
        if action is None:
            return False
        action()
        return True

    def scrolled(self, view: Any, event: Any) -> bool:
        """Zoom with Ctrl and the mouse's wheel."""
        gdk = library("Gdk")
        if not event.state & gdk.ModifierType.CONTROL_MASK:
            return False
        is_smooth, _, down = event.get_scroll_deltas()
        if event.direction == gdk.ScrollDirection.UP or (is_smooth and down < 0):
            self._zoom(STEP)
        elif event.direction == gdk.ScrollDirection.DOWN or (is_smooth and down > 0):
            self._zoom(1 / STEP)
        return True

    def clicked(self, view: Any, event: Any) -> bool:
        """Go back and forward with the mouse's buttons for it."""
        if event.button == BACK:
            view.go_back()
        elif event.button == FORWARD:
            view.go_forward()
        return event.button in (BACK, FORWARD)

    def _reload(self) -> None:
        if not self._pane.shows_own_page:
            self._pane.view.reload()

    def _zoom(self, factor: float) -> None:
        level = self._pane.view.get_zoom_level() * factor
        self._pane.view.set_zoom_level(min(max(level, SMALLEST), LARGEST))

    def _print(self) -> None:
        library("WebKit2").PrintOperation.new(self._pane.view).run_dialog(self._pane.window)


def full_screen(window: Any) -> None:
    """Let a window fill the screen, or no longer."""
    shown = window.get_window()
    if shown is not None and shown.get_state() & library("Gdk").WindowState.FULLSCREEN:
        window.unfullscreen()
    else:
        window.fullscreen()


def _name_of(event: Any) -> tuple[str, ...]:
    """Return a key with what is held down with it; Shift only tells what is on the key."""
    gdk = library("Gdk")
    names = []
    if event.state & gdk.ModifierType.CONTROL_MASK:
        names.append("Ctrl")
    if event.state & gdk.ModifierType.MOD1_MASK:
        names.append("Alt")
    return (*names, gdk.keyval_name(gdk.keyval_to_lower(event.keyval)) or "")
