"""A display of the tests' own, eyes for it, and a hand that closes windows politely."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from Xlib import X, error
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

    def click(self, x: int, y: int) -> None:
        """Click at a point of the screen."""
        with closing(Display(self.name)) as display:
            xtest.fake_input(display, X.MotionNotify, x=x, y=y)
            for kind in (X.ButtonPress, X.ButtonRelease):
                xtest.fake_input(display, kind, 1)
            display.sync()

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
