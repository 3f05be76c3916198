"""GTK's web view, WebKitGTK: what pywebview leaves open or broken in its window is mended here.

A frozen program's window is drawn by the machine's own WebKitGTK. Every web view of the app, the
first and those that its pages open, is a `Pane`; each part of one is bound by a file of its own.
"""

from __future__ import annotations

import ctypes
import importlib
from typing import Any

from launcher import host
from launcher.environ import clean
from launcher.window import Opening
from launcher.window.gtk.bindings import library
from launcher.window.gtk.main import Main
from launcher.window.rules import Rules

LIBRARY = "libwebkit2gtk-4.1.so.0"


def prepare(opening: Opening, rules: Rules) -> None:
    """Load WebKitGTK: in a frozen program the machine's.

    Raises OSError or ImportError where there is none: with the descriptions of its library,
    which travel along, GTK would notice only when it is too late for a browser.
    """
    if host.FROZEN:
        ctypes.CDLL(LIBRARY)
        bindings: Any = importlib.import_module("gi")
        # From here on GTK knows where the descriptions lie. What WebKitGTK starts
        # belongs to the machine and must find the machine's libraries, not ours.
        bindings.require_version("Gtk", "3.0")
        clean({})
    importlib.import_module("webview.platforms.gtk")  # pywebview would try another web view without it
    # By these desktops know whose a window is: where Wayland paints it by the first, where X does by both.
    library("GLib").set_prgname(opening.manifest.identifier)
    library("Gdk").set_program_class(opening.manifest.identifier)


def begin(window: Any, opening: Opening, rules: Rules) -> None:
    """Bind a window that is not shown yet."""
    platform: Any = importlib.import_module("webview.platforms.gtk")
    Main(platform.BrowserView.instances[window.uid], opening, rules).bind()


def finish(window: Any) -> None:
    """Take a closed window apart: WebKitGTK's own processes have written by then what they keep."""
