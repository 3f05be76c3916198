"""The way of calls between pages and the window, open only where the project asks for it.

WebView2 says from which page a message comes, and tells messages of frames to somebody else. Never run on
Windows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from launcher.window.calls import SCRIPT, Calls

CARRY = """
window.addEventListener("launcher-call", event => chrome.webview.postMessage(String(event.detail)));
chrome.webview.addEventListener("message", event =>
  window.dispatchEvent(new CustomEvent("launcher-answer", {detail: String(event.data)})));
"""
PAGE_SIDE = f"if (window === window.top) {{\n{SCRIPT}{CARRY}}}"


def open_for(core: Any, calls: Calls, later: Callable[[Callable[[], object]], None]) -> None:
    """Let pages call what the project allows; `later` does a thing on the window's own thread."""
    core.AddScriptToExecuteOnDocumentCreatedAsync(PAGE_SIDE)

    def answer(text: str) -> None:
        later(lambda: core.PostWebMessageAsString(text))

    def received(sender: Any, args: Any) -> None:
        try:
            message = str(args.TryGetWebMessageAsString())
        except Exception:  # what is no text comes as an exception of .NET's
            return
        calls.take(message, str(args.Source), answer)

    core.WebMessageReceived += received
