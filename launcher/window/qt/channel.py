"""The way of calls between pages and the window, open only where the project asks for it.

It lies in a world of its own beside the page's: no page sees the channel itself, and frames inside a page
have none. What crosses over are two events that hold text.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QFile, QIODevice, QObject, Signal, Slot
from PySide6.QtWebChannel import QWebChannel
from PySide6.QtWebEngineCore import QWebEngineScript

from launcher.window.calls import SCRIPT, Calls
from launcher.window.qt.page import Page

World = QWebEngineScript.ScriptWorldId

CARRY = """
const early = [];
let take = detail => early.push(detail);
window.addEventListener("launcher-call", event => take(String(event.detail)));
new QWebChannel(qt.webChannelTransport, channel => {
  const hand = channel.objects.launcher;
  hand.answered.connect(detail => window.dispatchEvent(new CustomEvent("launcher-answer", {detail})));
  for (const detail of early) hand.take(detail);
  take = detail => hand.take(detail);
});
"""


class Hand(QObject):
    """What the channel holds: one thing to take, one to give."""

    answered = Signal(str)

    def __init__(self, page: Page, calls: Calls) -> None:
        super().__init__(page)
        self._page = page
        self._calls = calls

    @Slot(str)
    def take(self, message: str) -> None:
        """Take a message of the page that is shown."""
        self._calls.take(message, self._page.url().toString(), self.answered.emit)


def open_for(page: Page, window: Any) -> None:
    """Let a page call what the project allows; without a word of it there is no channel."""
    rules = page.around.rules
    if not rules.calls:
        return
    channel = QWebChannel(page)
    channel.registerObject("launcher", Hand(page, Calls(rules, window)))
    page.setWebChannel(channel, World.ApplicationWorld)
    _insert(page, "launcher", SCRIPT, World.MainWorld)
    _insert(page, "launcher-channel", _library() + CARRY, World.ApplicationWorld)


def _insert(page: Page, name: str, source: str, world: QWebEngineScript.ScriptWorldId) -> None:
    script = QWebEngineScript()
    script.setName(name)
    script.setSourceCode(source)
    script.setWorldId(world.value)
    script.setInjectionPoint(QWebEngineScript.InjectionPoint.DocumentCreation)
    script.setRunsOnSubFrames(False)
    page.scripts().insert(script)


def _library() -> str:
    file = QFile(":/qtwebchannel/qwebchannel.js")
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        raise OSError("Qt has no qwebchannel.js")
    return bytes(file.readAll().data()).decode()
