"""A picture of what a window shows, drawn by the web view itself: nothing of the desktop around it."""

from __future__ import annotations

import ctypes
import importlib
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from launcher.window.gtk import LIBRARY

DEADLINE = 10.0  # seconds for one drawing
PATIENCE = 3.0  # seconds for a page that was loaded, and is not painted yet
PAUSE = 0.1


def take(window: Any, kind: str, place: Path, *, is_filled: bool) -> str:
    """Draw what a window shows into a PNG file; return why there is none, or nothing.

    Must not be called on the window's own thread. A page that has something to
    show is waited for until it is more than one colour.
    """
    draw = {"qt": _draw_qt, "gtk": _draw_gtk}.get(kind)
    if draw is None:
        return "this web view has no way to draw itself into a file"
    end = time.monotonic() + (PATIENCE if is_filled else 0.0)
    try:
        while draw(window, place) and time.monotonic() < end:
            time.sleep(PAUSE)
    except Exception as error:  # a picture is no reason to say nothing of the window
        return f"the web view could not draw itself ({type(error).__name__}: {error})"
    return "" if place.is_file() else "the web view drew nothing"


def _draw_qt(window: Any, place: Path) -> bool:
    """Draw, and tell whether all of it is of one colour."""
    from qtpy.QtCore import QTimer

    def draw(done: Callable[[bool], None]) -> None:
        image = window.native.webview.grab().toImage()
        plain = image.copy()
        plain.fill(image.pixelColor(0, 0))
        done(not image.save(str(place), "PNG") or plain == image)

    return _on_its_thread(lambda run: QTimer.singleShot(0, window.native, run), draw)


def _draw_gtk(window: Any, place: Path) -> bool:
    """Draw, and tell whether all of it is of one colour.

    By ctypes: the bindings of what WebKitGTK draws into, Cairo's, are a package more than a window needs.
    """
    platform: Any = importlib.import_module("webview.platforms.gtk")
    repository: Any = importlib.import_module("gi.repository")
    region, options = repository.WebKit2.SnapshotRegion, repository.WebKit2.SnapshotOptions
    view = platform.BrowserView.instances[window.uid].webview
    finish = ctypes.CDLL(LIBRARY).webkit_web_view_get_snapshot_finish
    finish.restype, finish.argtypes = ctypes.c_void_p, [ctypes.c_void_p] * 3

    def draw(done: Callable[[bool], None]) -> None:
        def drawn(source: Any, result: Any) -> None:
            surface = finish(hash(source), hash(result), None)  # an object's hash is its address
            done(_saved(surface, place) if surface else True)

        view.get_snapshot(region.VISIBLE, options.NONE, None, drawn)

    return _on_its_thread(repository.GLib.idle_add, draw)


def _saved(surface: int, place: Path) -> bool:
    """Write a Cairo surface into a file and let go of it; tell whether all of it is of one colour."""
    cairo = ctypes.CDLL("libcairo.so.2")
    cairo.cairo_image_surface_get_data.restype = ctypes.c_void_p
    at = ctypes.c_void_p(surface)
    cairo.cairo_surface_flush(at)
    size = cairo.cairo_image_surface_get_stride(at) * cairo.cairo_image_surface_get_height(at)
    data = ctypes.string_at(cairo.cairo_image_surface_get_data(at), size) if size else b""
    cairo.cairo_surface_write_to_png(at, os.fsencode(place))
    cairo.cairo_surface_destroy(at)
    return data == data[:4] * (len(data) // 4)


def _on_its_thread(
    send: Callable[[Callable[[], None]], Any], draw: Callable[[Callable[[bool], None]], None]
) -> bool:
    """Let the window's own thread draw, and wait for what it says; silence counts as an empty picture."""
    over, found = threading.Event(), [True]

    def done(is_plain: bool) -> None:
        found[0] = is_plain
        over.set()

    def run() -> None:
        try:
            draw(done)
        except Exception:
            done(True)

    send(run)
    over.wait(DEADLINE)
    return found[0]
