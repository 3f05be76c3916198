"""Which web views can show a window here, and what keeps the others from it."""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import importlib.util
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from launcher import host
from launcher.doctor import libraries, sandbox
from launcher.doctor.finding import Finding
from launcher.window import browser
from launcher.window.webview2 import installed

INSTALL_QT = (sys.executable, "-m", "pip", "install", "flask-launcher[qt]")
INSTALL_GTK = (sys.executable, "-m", "pip", "install", "flask-launcher[gtk]")
# What the window imports, the process that draws pages, and the plugins that reach a screen.
# Qt opens the plugins by itself: an import that works is no proof that a window would.
QT_FILES = (
    "QtCore.abi3.so",
    "QtGui.abi3.so",
    "QtNetwork.abi3.so",
    "QtPrintSupport.abi3.so",
    "QtWebChannel.abi3.so",
    "QtWebEngineCore.abi3.so",
    "QtWebEngineWidgets.abi3.so",
    "QtWidgets.abi3.so",
    "Qt/libexec/QtWebEngineProcess",
    "Qt/plugins/imageformats/libqsvg.so",
    "Qt/plugins/platforms/libqoffscreen.so",
    "Qt/plugins/platforms/libqwayland*.so",
    "Qt/plugins/platforms/libqxcb.so",
    "Qt/plugins/wayland-*/*.so",
    "Qt/plugins/xcbglintegrations/*.so",
)
TYPELIB_FOLDERS = (
    "/usr/lib/*/girepository-1.0",
    "/usr/lib64/girepository-1.0",
    "/usr/lib/girepository-1.0",
)
TYPELIBS = ("Gtk-3.0", "WebKit2-4.1")
# What PyGObject is compiled from and with; the package of a thing that is there does no harm.
TO_COMPILE = ("gobject-introspection-1.0.pc", "cairo.pc", "pkg-config", "cc")


def examine() -> tuple[Finding, ...]:
    """Tell which web views are here."""
    if host.MACOS:
        return (Finding("Web view", "ok", "the system's own, WKWebView"),)
    if host.WINDOWS:
        return (_webview2(), _browser())
    qt = _qt()
    sandboxed = (sandbox.examine(),) if qt.state != "optional" else ()
    return (qt, *sandboxed, _gtk(), _browser())


def qt_files(folder: Path) -> tuple[Path, ...]:
    """Return what a window with Qt loads, from the folder of an installed PySide6."""
    return tuple(path for pattern in QT_FILES for path in sorted(folder.glob(pattern)))


def _qt() -> Finding:
    folder = _package("PySide6")
    if folder is None or not (folder / "QtWebEngineWidgets.abi3.so").exists():
        return Finding(
            "Qt", "optional", "PySide6 with WebEngine is not installed", command=INSTALL_QT
        )
    detail = f"PySide6 {_version('PySide6_WebEngine')}"
    if _package("qtpy") is None:
        return Finding("Qt", "missing", f"{detail}, but QtPy is not installed", command=INSTALL_QT)
    if not libraries.can_tell():
        return Finding("Qt", "ok", f"{detail}; without ldd its libraries cannot be looked at")
    absent = libraries.absent(qt_files(folder))
    if absent:
        return Finding("Qt", "missing", f"{detail} lacks {', '.join(absent)}", needs=absent)
    return Finding("Qt", "ok", detail)


def gtk_lacks() -> tuple[str, ...]:
    """Name what keeps GTK from showing a window here; nothing where it can."""
    bindings = () if _package("gi") is not None else ("PyGObject",)
    return (*bindings, *(name for name in TYPELIBS if not _typelib(name)))


def _gtk() -> Finding:
    lacks = gtk_lacks()
    if not lacks:
        return Finding("GTK", "ok", "PyGObject and WebKitGTK 4.1")
    absent = tuple(name for name in lacks if name != "PyGObject")
    detail = f"lacks {', '.join(lacks)}"
    if "PyGObject" not in lacks:
        return Finding("GTK", "optional", detail, needs=absent)
    # The system's PyGObject is of no use inside an environment: it is compiled there.
    return Finding("GTK", "optional", detail, needs=(*absent, *TO_COMPILE), command=INSTALL_GTK)


def _browser() -> Finding:
    program = browser.chromium()
    if program is None:
        detail = "none of Chromium's family; the default browser is used where there is no web view"
        return Finding("Browser", "optional", detail)
    return Finding("Browser", "ok", str(program))


def _webview2() -> Finding:
    version = installed.version()
    if version:
        return Finding("Web view", "ok", f"WebView2 {version}")
    return Finding(
        "Web view",
        "optional",
        "WebView2 is not installed: programs open in a browser here. Windows 11 has it; "
        "for Windows 10 Microsoft gives it away as the Evergreen Runtime",
    )


def _package(name: str) -> Path | None:
    """Find an installed package without importing it: an import may fail for lack of a library."""
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        return None
    return Path(found.submodule_search_locations[0])


def _version(distribution: str) -> str:
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        return importlib.metadata.version(distribution)
    return "of unknown version"


def _typelib(name: str) -> bool:
    return any((folder / f"{name}.typelib").exists() for folder in _typelib_folders())


def _typelib_folders() -> Iterable[Path]:
    yield from (Path(place) for place in os.environ.get("GI_TYPELIB_PATH", "").split(":") if place)
    for pattern in TYPELIB_FOLDERS:
        yield from Path("/").glob(pattern.lstrip("/"))
