"""The screen that windows are opened on, asked before a web view's library is: that would end the process."""

from __future__ import annotations

import ctypes
import os
import socket
from contextlib import suppress
from functools import cache
from pathlib import Path

from launcher import host

XCB = "libxcb.so.1"


@cache
def is_reachable() -> bool:
    """Tell whether the screen that the environment names is there and lets this user in."""
    if not host.LINUX:
        return host.has_display()
    return _reaches_wayland() or _reaches_x()


def check() -> None:
    """Raise OSError where no window could be opened."""
    if not is_reachable():
        name = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or "that is not there"
        raise OSError(f"the screen {name} cannot be reached")


def _reaches_wayland() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    if not name:
        return False
    place = Path(os.environ.get("XDG_RUNTIME_DIR", "/"), name)
    with suppress(OSError), socket.socket(socket.AF_UNIX) as asked:
        asked.connect(str(place))
        return True
    return False


def _reaches_x() -> bool:
    if not os.environ.get("DISPLAY"):
        return False
    try:
        xcb = ctypes.CDLL(XCB)
    except OSError:  # without it no window comes either, but that is the web view's to tell
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    # Kept open: a server whose last client leaves begins anew, and drops whoever comes meanwhile.
    return bool(xcb.xcb_connection_has_error(connection) == 0)
