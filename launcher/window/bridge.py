"""pywebview's way from pages to Python, closed: it would resolve dotted names of any object, for any page.

All its web views reach it by two functions, which they import by name; both are replaced before any of them
is loaded. So no page is given `window.pywebview` at all, and what a page sends to the native side by hand, as
`chrome.webview` on Windows and `webkit.messageHandlers` on macOS and in WebKitGTK let it, leads nowhere.
With that go its `alert` in place of the page's own, and its second half of drag and drop. macOS is the one
whose pages cannot print by themselves: they keep that, by a door of pywebview's that does nothing else.
"""

from __future__ import annotations

import json
import sys
import threading
from typing import Any

from webview import util as pywebview_util

PLATFORMS = "webview.platforms."
PRINT = "window.print = () => window.webkit.messageHandlers.browserDelegate.postMessage('print')"


def close() -> None:
    """Close it for good; RuntimeError where one of pywebview's web views has been loaded already."""
    util: Any = pywebview_util
    if util.js_bridge_call is refuse:
        return
    early = [name for name in sys.modules if name.startswith(PLATFORMS)]
    if early:
        raise RuntimeError(f"{early[0]} was loaded before pywebview's bridge was closed")
    util.js_bridge_call = refuse
    util.inject_pywebview = tell_loaded


def refuse(window: Any, func_name: str, param: Any, value_id: str) -> None:
    """Take a message of a page, and do and answer nothing."""


def tell_loaded(platform: str, window: Any) -> None:
    """Tell that a page was loaded, as pywebview does after it has put its object there."""
    window.events.before_load.set()
    if platform == "cocoa":
        # Not here: this is the window's own thread, which would wait for itself.
        threading.Thread(target=window.run_js, args=(PRINT,), daemon=True).start()
    window.events.loaded.set()


def look(window: Any, expression: str) -> Any:
    """Return the value of an expression in the page, which has to be JSON; None where it has no value.

    Instead of pywebview's `evaluate_js`, which needs its object in the page. Must not be called on the
    window's own thread.
    """
    found = window.run_js(f"JSON.stringify([{expression}])")
    while isinstance(found, str) and found:  # of some web views the text comes as JSON once more
        found = json.loads(found)
    return found[0] if found else None
