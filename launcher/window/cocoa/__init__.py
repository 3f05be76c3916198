"""macOS: the system's web view, WKWebView, in the window that pywebview makes of it by Cocoa.

Written from Apple's documentation and pywebview 6.2's source, and never run there: what could be tried is
what decides, with stand-ins of our own making. The rules are in a delegate that WebKit asks; where it does
not answer to all that it has to, the window is not shown, and a browser shows the app.

Not here yet, and so as pywebview has it: windows of their own for what pages open, calls, a context menu, the
window's last place and colours, and downloads that are whole or not there. Before macOS 12 WebKit itself asks
the user about camera and microphone.
"""

from __future__ import annotations

import importlib
from typing import Any

from launcher.window import Opening
from launcher.window.cocoa.deciding import Deciding
from launcher.window.cocoa.delegate import SELECTORS, delegate_of
from launcher.window.cocoa.handing import application_delegate_of
from launcher.window.rules import OWN_PAGE, Rules


def prepare(opening: Opening, rules: Rules) -> None:
    """Put our delegates in the place of pywebview's, for all views to come."""
    view: Any = importlib.import_module("webview.platforms.cocoa").BrowserView
    view.deciding = Deciding(opening, rules)
    view.BrowserDelegate = delegate_of(view, view.deciding, importlib.import_module("objc"))
    view.AppDelegate = application_delegate_of(view, opening)


def begin(window: Any, opening: Opening, rules: Rules) -> None:
    """See that the delegate of a window that is not shown yet is ours, and answers."""
    view: Any = importlib.import_module("webview.platforms.cocoa").BrowserView
    browser = view.instances[window.uid]
    deaf = [name for name in SELECTORS if not browser._browserDelegate.respondsToSelector_(name)]
    if deaf:
        raise OSError(f"the window's delegate does not answer to {deaf[0]}")
    load_html = browser.load_html

    def load_own(content: str, base_uri: str) -> None:
        view.deciding.own_page = content
        load_html(content, OWN_PAGE)

    browser.load_html = load_own


def finish(window: Any) -> None:
    """Leave a closed window as it is: WebKit's own processes write what they keep."""
