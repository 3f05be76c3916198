"""What a frozen program sees to before GTK: the machine's own WebKitGTK draws its window."""

from __future__ import annotations

import ctypes
import importlib
from typing import Any

from launcher.environ import clean

LIBRARY = "libwebkit2gtk-4.1.so.0"


def prepare() -> None:
    """Load the machine's WebKitGTK.

    Raises OSError where there is none: with the descriptions of its library,
    which travel along, GTK would notice only when it is too late for a browser.
    """
    ctypes.CDLL(LIBRARY)
    bindings: Any = importlib.import_module("gi")
    # From here on GTK knows where the descriptions lie. What WebKitGTK starts
    # belongs to the machine and must find the machine's libraries, not ours.
    bindings.require_version("Gtk", "3.0")
    clean({})
