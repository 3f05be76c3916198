"""The native window, by pywebview."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import webview

from launcher import host
from launcher.serving.policy import PREFIX
from launcher.sharing import SHARE
from launcher.window import Opening, bridge, cocoa, display, gtk, links, menus, picture, qt, settled, webview2
from launcher.window.rules import OWN_PAGE, Rules
from launcher.window.titling import title_of

MINIMUM_SIZE = (320, 240)
VISIBLE = "!!document.body.querySelector('img, svg, canvas, video, input, button, iframe, object')"
PROVING = threading.Lock()  # two pages may be loaded in quick succession


class NativeScreen:
    """A pywebview window as the runtime uses it."""

    def __init__(self, window: Any, rules: Rules) -> None:
        self._window = window
        self._rules = rules

    def show_page(self, page: str) -> None:
        self._window.load_html(page, OWN_PAGE)

    def go(self, url: str) -> None:
        self._rules.admit(url)
        self._window.load_url(url)

    def place(self) -> str:
        url = self._window.get_current_url() or ""
        parts = urlsplit(url)
        if not self._rules.is_own(url):
            return "/"
        if parts.path.startswith(PREFIX):
            return SHARE if parts.path.startswith(SHARE) else "/"
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def mark(self, words: str) -> None:
        title_of(self._window).mark(words)

    def come_forward(self) -> None:
        self._window.restore()
        self._window.show()

    def close(self) -> None:
        self._window.destroy()


class Platform(Protocol):
    """A web view's own module."""

    def prepare(self, opening: Opening, rules: Rules) -> None: ...

    def begin(self, window: Any, opening: Opening, rules: Rules) -> None: ...

    def finish(self, window: Any) -> None: ...


PLATFORMS: dict[str, Platform] = {"qt": qt, "gtk": gtk, "edgechromium": webview2, "cocoa": cocoa}


def _kind(webview_kind: str) -> str:
    """Return pywebview's name of a web view."""
    if webview_kind != "system":
        return webview_kind
    return "edgechromium" if host.WINDOWS else "cocoa"


def show(opening: Opening) -> None:
    """Open the window and stay until it is closed; must run on the main thread.

    Raises whatever keeps the machine's web view from working: pywebview itself
    lets errors of every kind through.
    """
    manifest = opening.manifest
    rules = Rules(manifest.window.permissions, manifest.window.calls)
    kind = _kind(manifest.webview)
    platform = PLATFORMS[kind]
    bridge.close()
    settled.settle(os.environ)
    if host.LINUX:
        _prepare_linux()
    platform.prepare(opening, rules)
    menu, is_gtk = menus.menu_of(opening), kind == "gtk"
    window: Any = webview.create_window(
        manifest.name,
        html=opening.page,
        width=manifest.window.width,
        height=manifest.window.height,
        resizable=manifest.window.resizable,
        min_size=MINIMUM_SIZE,
        text_select=True,
        zoomable=True,
        menu=[] if is_gtk else menu,
    )
    broken: list[Exception] = []
    window.events.before_show += lambda: _begin(platform, window, opening, rules, broken)
    if opening.proof is not None:
        window.events.loaded += lambda: _prove(window, opening.proof, manifest.webview)
    webview.start(
        func=lambda: _open(window, NativeScreen(window, rules), opening, broken),
        gui=kind,  # type: ignore[arg-type]
        private_mode=False,
        storage_path=str(opening.folders.web_profile),
        icon=str(opening.icon) if opening.icon is not None else None,
        menu=menu if is_gtk else [],  # GTK knows menus of an application alone
    )
    platform.finish(window)
    if broken:
        raise broken[0]


def _begin(platform: Platform, window: Any, opening: Opening, rules: Rules, broken: list[Exception]) -> None:
    try:
        platform.begin(window, opening, rules)
    except Exception as error:  # pywebview would note it and show a window without rules
        broken.append(error)


def _open(window: Any, screen: NativeScreen, opening: Opening, broken: list[Exception]) -> None:
    if not window.events.shown.wait(30):
        return
    if broken:
        screen.close()
    else:
        opening.opened(screen)


def _prepare_linux() -> None:
    display.check()
    links.open_with(os.environ)  # as it is before what follows is set for our own window
    # Newer WebKitGTK shows an empty window with some drivers and in virtual machines otherwise.
    os.environ.setdefault("WEBKIT_DISABLE_DMABUF_RENDERER", "1")


def _prove(window: Any, proof: Path | None, kind: str) -> None:
    """Write down what the window shows, and draw it beside, for the one who verifies the build."""
    if proof is None:
        return

    def look() -> None:
        # All of one page, and of the page itself: the window may be a load ahead of it.
        seen = bridge.look(
            window,
            "({url: location.href, title: document.title, state: document.readyState,"
            " text: document.body ? document.body.innerText.slice(0, 2000) : '',"
            f" is_filled: !!document.body && (!!document.body.innerText.trim() || {VISIBLE})}})",
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

    # The event arrives on a thread that the page's answer may need.
    threading.Thread(target=quietly, daemon=True).start()
