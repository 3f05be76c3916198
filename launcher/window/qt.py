"""Qt's begin and end, which pywebview leaves to others: its errors, printing, and what pages keep."""

from __future__ import annotations

import importlib
import os
import webbrowser
from pathlib import Path
from typing import Any

from launcher import host
from launcher.window import Opening
from launcher.window.rules import Rules

PRINTED = "printed.pdf"


def prepare(opening: Opening, rules: Rules) -> None:
    """Load Qt's browser engine; raises the ImportError that pywebview keeps to itself."""
    # Qt keeps a cache and a folder of its own under these, whatever profile it is given.
    os.environ["XDG_CACHE_HOME"] = os.environ["XDG_DATA_HOME"] = str(opening.folders.web_profile)
    if host.is_root():
        # Chromium refuses to run as root with its sandbox, and the app would have no window at all.
        os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
    importlib.import_module("qtpy.QtWebEngineCore")


def begin(window: Any, opening: Opening, rules: Rules) -> None:
    """Let pages print: what they print is opened as a PDF, `printed.pdf`, to be printed there."""
    folder = opening.folders.private
    page = window.native.webview.page()
    page.printRequested.connect(lambda: page.printToPdf(str(folder / PRINTED)))
    page.pdfPrintingFinished.connect(_open_printed)


def _open_printed(path: str, is_whole: bool) -> None:
    if is_whole:
        webbrowser.open(Path(path).as_uri())


def finish(window: Any) -> None:
    """Take page, profile and application of a closed window apart, which writes what is not written yet.

    Chromium keeps localStorage for up to seconds before it writes it; a process that just ends
    loses what the user did last.
    """
    import shiboken6
    from qtpy.QtWidgets import QApplication

    browser = window.native
    for part in (browser.webview.page(), browser.webview, browser.profile, QApplication.instance()):
        if part is not None and shiboken6.isValid(part):
            shiboken6.delete(part)
