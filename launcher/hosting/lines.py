"""The line from a process that answers to its master: it says that it answers, and hears when to stop."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress


def follow(line: socket.socket, stop: Callable[[], None]) -> None:
    """Stop when the master says so, or is gone."""

    def listen() -> None:
        with suppress(OSError):
            line.recv(1)
        stop()

    threading.Thread(target=listen, name="master", daemon=True).start()


def teller(line: socket.socket) -> Callable[[str], None]:
    """Return what tells the master one word."""

    def tell(word: str) -> None:
        with suppress(OSError):
            line.sendall(f"{word}\n".encode("ascii"))

    return tell
