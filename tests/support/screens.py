"""A display of the tests' own, eyes for it, and a hand that closes windows politely."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from Xlib import XK, X, Xatom, error
from Xlib.display import Display
from Xlib.ext import xtest
from Xlib.protocol.event import ClientMessage

from tests.support.waiting import until

NEEDED = ("Xvfb", "import", "identify", "compare")


@dataclass(frozen=True, slots=True)
class Screen:
    """A display without a window manager: what is on it is what was put there."""

    name: str

    def titles(self) -> list[str]:
        """List the names of the windows that can be seen."""
        with closing(Display(self.name)) as display:
            return [title for _, title in _windows(display)]

    def close(self, title: str) -> None:
        """Ask a window to close, as the cross in its frame does."""
        with closing(Display(self.name)) as display:
            (window,) = [window for window, name in _windows(display) if name == title]
            atom = display.intern_atom("WM_DELETE_WINDOW")
            event = ClientMessage(
                window=window,
                client_type=display.intern_atom("WM_PROTOCOLS"),
                data=(32, [atom, X.CurrentTime, 0, 0, 0]),
            )
            window.send_event(event)
            display.sync()

    def click(self, x: int, y: int, button: int = 1, *, times: int = 1) -> None:
        """Click at a point of the screen; 3 is the menu's button, 4 and 5 the wheel, 8 and 9 back and on."""
        with closing(Display(self.name)) as display:
            xtest.fake_input(display, X.MotionNotify, x=x, y=y)
            for kind in (X.ButtonPress, X.ButtonRelease) * times:
                xtest.fake_input(display, kind, button)
            display.sync()

    def press(self, *names: str) -> None:
        """Press keys together, by their names in X: the last one while the others are held."""
        with closing(Display(self.name)) as display:
            keys = [display.keysym_to_keycode(XK.string_to_keysym(name)) for name in names]
            for kind, ordered in ((X.KeyPress, keys), (X.KeyRelease, keys[::-1])):
                for key in ordered:
                    xtest.fake_input(display, kind, key)
            display.sync()

    @contextmanager
    def held(self, name: str) -> Iterator[None]:
        """Hold a key for a while."""
        with closing(Display(self.name)) as display:
            key = display.keysym_to_keycode(XK.string_to_keysym(name))
            xtest.fake_input(display, X.KeyPress, key)
            display.sync()
            try:
                yield
            finally:
                xtest.fake_input(display, X.KeyRelease, key)
                display.sync()

    def write(self, text: str) -> None:
        """Type small letters, digits and spaces."""
        for letter in text:
            self.press("space" if letter == " " else letter)

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Draw from one point of the screen to another, in steps as a hand does."""
        with closing(Display(self.name)) as display:
            xtest.fake_input(display, X.MotionNotify, x=start[0], y=start[1])
            xtest.fake_input(display, X.ButtonPress, 1)
            display.sync()
            for step in range(1, 21):
                x, y = (a + (b - a) * step // 20 for a, b in zip(start, end, strict=True))
                xtest.fake_input(display, X.MotionNotify, x=x, y=y)
                display.sync()
                time.sleep(0.05)  # each side of a drag asks the other before it goes on
            xtest.fake_input(display, X.ButtonRelease, 1)
            display.sync()

    @contextmanager
    def managed(self) -> Iterator[None]:
        """Let a window manager give windows the whole screen for a while, when they ask for it."""
        begun, stop = threading.Event(), threading.Event()
        manager = threading.Thread(target=_manage, args=(self.name, begun, stop))
        manager.start()
        begun.wait(30)  # who asks before that is not heard
        try:
            yield
        finally:
            stop.set()
            manager.join()

    def focus(self, title: str) -> None:
        """Give a window the keyboard, as a window manager would."""
        with closing(Display(self.name)) as display:
            (window,) = [window for window, name in _windows(display) if name == title]
            window.set_input_focus(X.RevertToParent, X.CurrentTime)
            display.sync()

    def focus_foremost(self) -> None:
        """Give the window above all others the keyboard."""
        with closing(Display(self.name)) as display:
            _windows(display)[0][0].set_input_focus(X.RevertToParent, X.CurrentTime)
            display.sync()

    def classes(self, title: str) -> tuple[str, str]:
        """Return by which names a window tells the desktop whose it is."""
        with closing(Display(self.name)) as display:
            (window,) = [window for window, name in _windows(display) if name == title]
            found: tuple[str, str] = window.get_wm_class()
            return found

    def place(self, title: str, x: int, y: int, width: int, height: int) -> None:
        """Move a window and change its size, as its user does by its frame."""
        with closing(Display(self.name)) as display:
            (window,) = [window for window, name in _windows(display) if name == title]
            window.configure(x=x, y=y, width=width, height=height)
            display.sync()

    def find(self, colour: tuple[int, int, int]) -> tuple[int, int] | None:
        """Return a point that has a colour, and its neighbours too."""
        with closing(Display(self.name)) as display:
            root = display.screen().root
            size = root.get_geometry()
            shown = root.get_image(0, 0, size.width, size.height, X.ZPixmap, 0xFFFFFFFF).data
        red, green, blue = colour
        found = [shown.find(bytes((blue, green, red, unused)) * 8) for unused in (0, 255)]
        at = max(found)
        return ((at // 4) % size.width + 4, at // 4 // size.width + 2) if at >= 0 and at % 4 == 0 else None

    def area(self, title: str) -> tuple[int, int, int, int]:
        """Return place and size of a window."""
        with closing(Display(self.name)) as display:
            (window,) = [window for window, name in _windows(display) if name == title]
            size = window.get_geometry()
            place = window.translate_coords(display.screen().root, 0, 0)
            return (-place.x, -place.y, size.width, size.height)

    @contextmanager
    def covered(self) -> Iterator[None]:
        """Lay a window called `a cover` over everything for a while."""
        with closing(Display(self.name)) as display:
            screen = display.screen()
            size = (screen.width_in_pixels, screen.height_in_pixels)
            cover = screen.root.create_window(0, 0, *size, 0, screen.root_depth, background_pixel=255)
            cover.change_text_property(
                display.intern_atom("_NET_WM_NAME"), display.intern_atom("UTF8_STRING"), "a cover"
            )
            cover.map()
            cover.configure(stack_mode=X.Above)
            display.sync()
            yield

    def foremost(self) -> str:
        """Return the name of the window that lies above all others."""
        with closing(Display(self.name)) as display:
            top = [title for _, title in _windows(display)]
            return top[0] if top else ""

    def picture(self, place: Path) -> Path:
        """Photograph the whole screen into a PNG file."""
        subprocess.run(
            ["import", "-silent", "-window", "root", str(place)],
            env={**os.environ, "DISPLAY": self.name},
            check=True,
        )
        return place


def _windows(display: Any) -> list[tuple[Any, str]]:
    """List the windows that can be seen, the foremost first."""
    found: list[tuple[Any, str]] = []
    waiting = list(display.screen().root.query_tree().children)  # from the lowest to the foremost
    while waiting:
        window = waiting.pop()
        try:
            title = window.get_full_text_property(display.intern_atom("_NET_WM_NAME"))
            if title and window.get_attributes().map_state == X.IsViewable:
                found.append((window, title))
            waiting += window.query_tree().children
        except error.BadWindow:
            continue
    return found


def _manage(name: str, begun: threading.Event, stop: threading.Event) -> None:
    """Answer what windows ask a window manager for: the whole screen, for themselves or with a frame."""
    with closing(Display(name)) as display:
        root = display.screen().root
        state, full, wide, high = (
            display.intern_atom(f"_NET_WM_STATE{end}")
            for end in ("", "_FULLSCREEN", "_MAXIMIZED_HORZ", "_MAXIMIZED_VERT")
        )
        root.change_property(display.intern_atom("_NET_SUPPORTED"), Xatom.ATOM, 32, [state, full, wide, high])
        root.change_attributes(event_mask=X.SubstructureNotifyMask | X.SubstructureRedirectMask)
        display.sync()
        begun.set()
        before: dict[int, Any] = {}
        while not stop.wait(0.01):
            while display.pending_events():
                event = display.next_event()
                window: Any = getattr(event, "window", None)
                if event.type == X.MapRequest:
                    window.map()
                    now = window.get_full_property(state, Xatom.ATOM)
                    if now is not None and {full, wide} & set(now.value):
                        _fill(window, root)
                elif event.type == X.ConfigureRequest:
                    names = {1: "x", 2: "y", 4: "width", 8: "height", 64: "stack_mode"}
                    asked = [key for bit, key in names.items() if event.value_mask & bit]
                    window.configure(**{key: getattr(event, key) for key in asked})
                elif event.type == X.ClientMessage and event.client_type == state:
                    on, *atoms = list(event.data[1])[:3]
                    if on and {full, wide} & set(atoms):
                        before[window.id] = window.get_geometry()
                        _fill(window, root)
                    elif window.id in before:
                        old = before.pop(window.id)
                        window.configure(x=old.x, y=old.y, width=old.width, height=old.height)
                    window.change_property(state, Xatom.ATOM, 32, [atom for atom in atoms if on and atom])
                display.sync()


def _fill(window: Any, root: Any) -> None:
    size = root.get_geometry()
    window.configure(x=0, y=0, width=size.width, height=size.height)


def colours(picture: Path) -> int:
    """Count the colours of a picture; an empty window has one."""
    done = subprocess.run(
        ["identify", "-format", "%k", str(picture)], check=True, capture_output=True, text=True
    )
    return int(done.stdout)


def differ(first: Path, second: Path) -> bool:
    """Tell whether two pictures differ by more than a few points, such as a blinking caret."""
    command = ["compare", "-metric", "AE", "-fuzz", "5%", str(first), str(second), "null:"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return float(done.stderr.split()[0]) > 500


@contextmanager
def virtual_screen() -> Iterator[Screen]:
    """Start a display at a free number."""
    lacking = [name for name in NEEDED if shutil.which(name) is None]
    if lacking:
        pytest.skip(f"needs {', '.join(lacking)}")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        # Without -noreset it begins anew whenever its last client leaves, and drops who comes meanwhile.
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=[writing],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            screen = Screen(f":{answer.readline().strip()}")
        until(lambda: _is_up(screen))
        yield screen
    finally:
        server.terminate()
        server.wait(30)


def _is_up(screen: Screen) -> bool:
    try:
        return screen.titles() == []
    except error.DisplayConnectionError:
        return False
