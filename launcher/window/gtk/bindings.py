"""The libraries that GTK's window is made of, as PyGObject brings them once pywebview has chosen versions."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any


@cache
def library(name: str) -> Any:
    """Return one of them: Gtk, Gdk, GLib, Gio or WebKit2."""
    repository: Any = importlib.import_module("gi.repository")
    return getattr(repository, name)
