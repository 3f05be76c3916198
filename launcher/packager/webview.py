"""Which web view a program gets: the first that the building environment has, or the one asked for."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass

from launcher import host
from launcher.errors import MissingTool
from launcher.packager.platforms import LINUX, Platform
from launcher.window import browser


@dataclass(frozen=True, slots=True)
class WebView:
    """A kind of web view, and why it was chosen."""

    kind: str
    why: str


def choose(wanted: str | None) -> WebView:
    """Choose the web view; `wanted` is what [tool.launcher] says.

    Raises MissingTool when the wanted one is not installed here.
    """
    if not host.LINUX:
        if wanted == "browser":
            return WebView("browser", "asked for")
        return WebView("system", "the system's own web view")
    if wanted in ("qt", "gtk"):
        if not has(wanted):
            raise MissingTool(
                f"webview = '{wanted}' is asked for, but not installed here.",
                f"Install it: pip install 'flask-launcher[{wanted}]'; "
                "`launcher doctor` names what the system lacks for it.",
            )
        return WebView(wanted, "asked for")
    if wanted == "browser":
        return WebView("browser", "asked for")
    if has("qt"):
        return WebView("qt", "PySide6 is installed here; it travels along, some 330 MB")
    if has("gtk"):
        return WebView("gtk", "GTK is installed here; the friend's machine needs WebKitGTK too")
    found = browser.chromium()
    shows = f"here {found.name}" if found else "here the default browser"
    return WebView("browser", f"neither Qt nor GTK is installed; a browser shows the app ({shows})")


def choose_for(platform: Platform, wanted: str | None) -> WebView:
    """Choose the web view of another platform, where nothing depends on what is installed here."""
    if wanted == "browser":
        return WebView("browser", "asked for")
    if platform.system == LINUX:
        return WebView("browser", f"a program for {platform.tag} that is built elsewhere opens in a browser")
    return WebView("system", "the system's own web view")


def has(kind: str) -> bool:
    """Tell whether our own environment has this web view."""
    if kind == "qt":
        return (
            _is_there("PySide6") and _is_there("PySide6.QtWebEngineWidgets") and _is_there("qtpy")
        )
    from launcher.doctor.webview import gtk_lacks  # here: most have Qt, and start sooner without

    return not gtk_lacks()


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ImportError:
        return False
