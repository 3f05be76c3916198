"""Windows: the system's web view, WebView2, in the window that pywebview makes of it by Windows Forms.

Written from Microsoft's documentation and pywebview 6.2's source, and never run there: what could be tried is
what decides, with stand-ins of our own making. Nothing is shown in a window without rules. WebView2 is bound
when it has started, which may be after `begin`; until then nothing is loaded, and where it cannot be bound,
as where it is older than version 131, the window closes and a browser shows the app.

Not here yet, and so as pywebview has it: windows of their own for what pages open, the window's last place,
and downloads that are whole or not there.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

from launcher.window import Opening
from launcher.window.rules import Rules
from launcher.window.webview2 import installed, menubar
from launcher.window.webview2.browser import browser_of

INTERNET_EXPLORER = "webview.platforms.mshtml"
# By these WebView2 would let a debugger in.
DEBUGGING = ("WEBVIEW2_PIPE_FOR_SCRIPT_DEBUGGER", "WEBVIEW2_WAIT_FOR_SCRIPT_DEBUGGER")


def prepare(opening: Opening, rules: Rules) -> None:
    """Put our browser in the place of pywebview's; raises OSError where WebView2 is not installed."""
    installed.check()
    for name in DEBUGGING:
        os.environ.pop(name, None)
    # To which pywebview would fall back: where that cannot be imported it fails, and a browser takes over.
    sys.modules[INTERNET_EXPLORER] = None  # type: ignore[assignment]
    forms: Any = importlib.import_module("webview.platforms.winforms")
    if not forms.is_chromium:
        raise OSError("pywebview finds no WebView2")
    forms.Chromium.EdgeChrome = browser_of(forms.Chromium.EdgeChrome, opening, rules)


def begin(window: Any, opening: Opening, rules: Rules) -> None:
    """Colour a window that is not shown yet, and see that it is ours; the rest waits for WebView2."""
    browser = window.native.browser
    if browser.broken is not None:
        raise browser.broken
    window.native.BackColor = browser.paper
    if opening.shares:
        menubar.follow(window.native)


def finish(window: Any) -> None:
    """Raise what kept the closed window from its rules, or ended its web view."""
    broken = getattr(getattr(window.native, "browser", None), "broken", None)
    if broken is not None:
        raise broken
