"""The way of calls between pages and the window, open only where the project asks for it.

It lies in a world of its own beside the page's: no page sees the channel itself, and frames inside a page
have none. What crosses over are two events that hold text.
"""

from __future__ import annotations

import json
from typing import Any

from launcher.window.calls import SCRIPT, Calls
from launcher.window.gtk.bindings import library
from launcher.window.gtk.pane import Pane

WORLD = "launcher-calls"
HANDLER = "called"
CARRY = """
addEventListener("launcher-call", event => webkit.messageHandlers.called.postMessage(
  JSON.stringify({url: location.href, message: String(event.detail)})));
"""


def open_for(pane: Pane, window: Any) -> None:
    """Let a pane's pages call what the project allows; `window` is pywebview's."""
    Calling(pane, Calls(pane.rules, window)).open()


class Calling:
    """The channel of one pane."""

    def __init__(self, pane: Pane, calls: Calls) -> None:
        self._pane = pane
        self._calls = calls
        self._page = 0  # by which an answer knows that another page is there meanwhile

    def open(self) -> None:
        """Open it for every page that comes."""
        manager = self._pane.view.get_user_content_manager()
        manager.connect(f"script-message-received::{HANDLER}", self._took)
        manager.register_script_message_handler_in_world(HANDLER, WORLD)
        webkit = library("WebKit2")
        frames, start = webkit.UserContentInjectedFrames.TOP_FRAME, webkit.UserScriptInjectionTime.START
        manager.add_script(webkit.UserScript.new(SCRIPT, frames, start, None, None))
        manager.add_script(webkit.UserScript.new_for_world(CARRY, frames, start, WORLD, None, None))
        self._pane.view.connect("load-changed", self._changed)

    def _changed(self, view: Any, event: Any) -> None:
        if event == library("WebKit2").LoadEvent.COMMITTED:
            self._page += 1

    def _took(self, manager: Any, result: Any) -> None:
        told = json.loads(result.get_js_value().to_string())
        page = self._page
        if not self._pane.rules.is_own(self._pane.url):
            return

        def answer(text: str) -> None:
            library("GLib").idle_add(self._answer, page, text)

        self._calls.take(told["message"], told["url"], answer)

    def _answer(self, page: int, text: str) -> None:
        if page != self._page:
            return
        event = f"new CustomEvent('launcher-answer', {{detail: {json.dumps(text)}}})"
        self._pane.view.evaluate_javascript(f"window.dispatchEvent({event}); 0", -1, WORLD, None, None, None)
