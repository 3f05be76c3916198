"""What a frozen program sees to before GTK: the machine's own WebKitGTK draws its window."""

from __future__ import annotations

import ctypes
import importlib
from typing import Any

from launcher import host
from launcher.environ import clean
from launcher.window import Opening
from launcher.window.rules import Rules

LIBRARY = "libwebkit2gtk-4.1.so.0"


def prepare(opening: Opening, rules: Rules) -> None:
    """Load the machine's WebKitGTK, in a frozen program.

    Raises OSError where there is none: with the descriptions of its library,
    which travel along, GTK would notice only when it is too late for a browser.
    """
    if not host.FROZEN:
        return
    ctypes.CDLL(LIBRARY)
    bindings: Any = importlib.import_module("gi")
    # From here on GTK knows where the descriptions lie. What WebKitGTK starts
    # belongs to the machine and must find the machine's libraries, not ours.
    bindings.require_version("Gtk", "3.0")
    clean({})


def begin(window: Any, opening: Opening, rules: Rules) -> None:
    """Bind a window that is not shown yet."""


def finish(window: Any) -> None:
    """Take a closed window apart."""
