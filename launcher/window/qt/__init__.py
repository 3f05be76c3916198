"""Qt: what its window needs that pywebview leaves to others.

The rest of this room is imported late: only a program with Qt has it.
"""

from __future__ import annotations

import importlib
import os
from typing import Any

from launcher import host
from launcher.window import Opening
from launcher.window.rules import Rules

# What is not in a program with Qt, for a machine's drivers have their own; tried on bare Debian 12 and 13.
REMEDY = "for a window, install what Debian calls libegl1 and libgl1"


def prepare(opening: Opening, rules: Rules) -> None:
    """Load Qt's browser engine and mend pywebview's window; raises the ImportError that pywebview keeps."""
    # Qt keeps a cache and a folder of its own under these, whatever profile it is given.
    os.environ["XDG_CACHE_HOME"] = os.environ["XDG_DATA_HOME"] = str(opening.folders.web_profile)
    if host.is_root():
        # Chromium refuses to run as root with its sandbox, and the app would have no window at all.
        os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
    try:
        importlib.import_module("PySide6.QtWebEngineCore")
    except ImportError as error:
        raise ImportError(f"{error}; {REMEDY}") from error
    from launcher.window.qt import mending

    mending.mend(opening, rules)


def begin(window: Any, opening: Opening, rules: Rules) -> None:
    """Give the built window all that a browser's has, and what the project allows its pages."""
    from launcher.window.qt import dressing

    dressing.dress_first(window)


def finish(window: Any) -> None:
    """Take page, profile and application of a closed window apart, which writes what is not written yet.

    Chromium keeps localStorage for up to seconds before it writes it; a process that just ends
    loses what the user did last.
    """
    import shiboken6
    from PySide6.QtWidgets import QApplication

    browser = window.native
    around = getattr(browser, "around", None)  # not by its page, which may be gone by now
    popups = [part for popup in around.popups for part in (popup.view.page(), popup)] if around else []
    page = browser.webview.page() if shiboken6.isValid(browser.webview) else None
    for part in (*popups, page, browser.webview, browser.profile, QApplication.instance()):
        if part is not None and shiboken6.isValid(part):
            shiboken6.delete(part)
