"""Being asked to end by the system, heard whatever the main thread is doing."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

ENDINGS = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")


def on_ending(action: Callable[[], None], at_once: Callable[[], None]) -> None:
    """Call `action`, on a thread of its own, whenever the system asks for the end.

    The same signal once more calls `at_once`; another one does not, for sessions that end send several.

    Python runs a handler between any two lines of the main thread, also where
    that holds the very lock which the action needs: it must do next to nothing.
    """
    reading, writing = os.pipe()
    heard: set[bytes] = set()

    def hear(number: int, frame: Any) -> None:
        with suppress(OSError):
            os.write(writing, bytes([number]))

    def listen() -> None:
        while number := os.read(reading, 1):
            action()
            if number in heard:
                at_once()
            heard.add(number)

    threading.Thread(target=listen, name="signals", daemon=True).start()
    for name in ENDINGS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), hear)
