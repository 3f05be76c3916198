"""Imports that promise something which a packaged app does not have: WebSockets, Tk."""

from __future__ import annotations

import re
from collections.abc import Iterator

from launcher.packager.warnings.notice import Notice, Sighting, grouped
from launcher.packager.warnings.reading import PAGES, SCRIPTS, Reading

SOCKET_IO = frozenset(("flask_socketio", "socketio"))
SOCKETS = frozenset(("flask_sock", "flask_sockets", "simple_websocket", "geventwebsocket"))
# A client that is told to begin with WebSockets never tries the polling that works.
_ONLY_SOCKETS = re.compile(r"""transports\s*:\s*\[\s*['"]websocket['"]\s*\]""")


def look(reading: Reading) -> Iterator[Notice]:
    """Look at what the app imports."""
    seen = list(_imported(reading))
    yield from _socket_io(reading, [one for one in seen if one.about in SOCKET_IO])
    for module, places, _ in grouped(one for one in seen if one.about in SOCKETS):
        yield Notice(
            f"{module} uses WebSockets",
            f"{places}. Waitress, which serves the packaged app, has none: such routes connect nobody.",
            "Send news to the page with server-sent events, or let it ask every few seconds; both work.",
        )
    for _, places, _ in grouped(one for one in seen if one.about == "tkinter"):
        yield Notice(
            "tkinter is not in the program",
            f"{places}. Tk is a window system of its own and does not travel.",
            "Ask for files and messages in the page instead.",
        )


def _imported(reading: Reading) -> Iterator[Sighting]:
    for code in reading.code():
        for one in code.imports:
            if not one.optional and not one.level:
                yield Sighting(one.module.partition(".")[0], one.file, one.line)


def _socket_io(reading: Reading, seen: list[Sighting]) -> Iterator[Notice]:
    if not seen:
        return
    _, places, _ = next(grouped(Sighting("", one.file, one.line) for one in seen))
    forced = [
        Sighting("", file, text.count("\n", 0, match.start()) + 1)
        for file, text in reading.texts(PAGES | SCRIPTS)
        for match in _ONLY_SOCKETS.finditer(text)
    ]
    if forced:
        _, where, _ = next(grouped(forced))
        yield Notice(
            "The page insists on WebSockets",
            f"{where}. Waitress, which serves the packaged app, has none, and polling is switched off there.",
            "Leave `transports` out: Socket.IO then begins with long polling, which works.",
        )
        return
    yield Notice(
        "Socket.IO goes by long polling",
        f"{places}. Waitress, which serves the packaged app, has no WebSockets; Socket.IO does without them.",
        "Nothing, unless the app sends many messages a second.",
    )
