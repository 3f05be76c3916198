"""The native window, by pywebview."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import webview

from launcher import host
from launcher.window import Opening, display, links, picture, webview2

GUI = {"qt": "qt", "gtk": "gtk"}
MINIMUM_SIZE = (320, 240)
VISIBLE = "!!document.body.querySelector('img, svg, canvas, video, input, button, iframe, object')"
PROVING = threading.Lock()  # two pages may be loaded in quick succession


class NativeScreen:
    """A pywebview window as the runtime uses it."""

    def __init__(self, window: Any) -> None:
        self._window = window

    def show_page(self, page: str) -> None:
        self._window.load_html(page)

    def go(self, url: str) -> None:
        self._window.load_url(url)

    def place(self) -> str:
        parts = urlsplit(self._window.get_current_url() or "")
        if parts.hostname != "127.0.0.1" or parts.path.startswith("/.launcher/"):
            return "/"
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def come_forward(self) -> None:
        self._window.restore()
        self._window.show()

    def close(self) -> None:
        self._window.destroy()


def show(opening: Opening) -> None:
    """Open the window and stay until it is closed; must run on the main thread.

    Raises whatever keeps the machine's web view from working: pywebview itself
    lets errors of every kind through.
    """
    manifest = opening.manifest
    webview.settings["ALLOW_DOWNLOADS"] = True
    webview.settings["ALLOW_FILE_URLS"] = False
    logging.getLogger("pywebview").setLevel(logging.WARNING)
    webview2.check()
    if host.LINUX:
        _prepare_linux(opening)
    window: Any = webview.create_window(
        manifest.name,
        html=opening.page,
        width=manifest.window.width,
        height=manifest.window.height,
        resizable=manifest.window.resizable,
        min_size=MINIMUM_SIZE,
        text_select=True,
        zoomable=True,
    )
    screen = NativeScreen(window)
    if opening.proof is not None:
        window.events.loaded += lambda: _prove(window, opening.proof, manifest.webview)
    webview.start(
        func=lambda: _begin(window, screen, opening),
        gui=GUI.get(manifest.webview),  # type: ignore[arg-type]
        private_mode=False,
        storage_path=str(opening.folders.web_profile),
        icon=str(opening.icon) if opening.icon is not None else None,
    )
    if manifest.webview == "qt":
        from launcher.window import qt

        qt.finish(window)


def _begin(window: Any, screen: NativeScreen, opening: Opening) -> None:
    if not window.events.shown.wait(30):
        return
    if opening.manifest.webview == "qt":
        from launcher.window import qt

        qt.begin(window, opening.folders.private)
    opening.opened(screen)


def _prepare_linux(opening: Opening) -> None:
    display.check()
    links.open_with(os.environ)  # as it is before what follows is set for our own window
    # Newer WebKitGTK shows an empty window with some drivers and in virtual machines otherwise.
    os.environ.setdefault("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
    if opening.manifest.webview == "qt":
        from launcher.window import qt

        # Qt keeps a cache and a folder of its own under these, whatever profile it is given.
        os.environ["XDG_CACHE_HOME"] = os.environ["XDG_DATA_HOME"] = str(opening.folders.web_profile)
        if host.is_root():
            # Chromium refuses to run as root with its sandbox, and the app would have no window at all.
            os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
        qt.prepare()
    elif opening.manifest.webview == "gtk" and host.FROZEN:
        from launcher.window import gtk

        gtk.prepare()


def _prove(window: Any, proof: Path | None, kind: str) -> None:
    """Write down what the window shows, and draw it beside, for the one who verifies the build."""
    if proof is None:
        return

    def look() -> None:
        # All of one page, and of the page itself: the window may be a load ahead of it.
        seen = window.evaluate_js(
            "({url: location.href, title: document.title, state: document.readyState,"
            " text: document.body ? document.body.innerText.slice(0, 2000) : '',"
            f" is_filled: !!document.body && (!!document.body.innerText.trim() || {VISIBLE})}})"
        )
        if not seen or not seen["url"].startswith("http://127.0.0.1:"):
            return
        drawn = proof.with_suffix(".png")
        seen["without_picture"] = picture.take(window, kind, drawn, is_filled=seen["is_filled"])
        part = proof.with_name(proof.name + ".part")
        part.write_text(json.dumps(seen), encoding="utf-8")
        part.replace(proof)

    def quietly() -> None:
        with PROVING, contextlib.suppress(Exception):
            look()

    # The event arrives on a thread that the answer to evaluate_js may need.
    threading.Thread(target=quietly, daemon=True).start()
