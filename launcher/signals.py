"""Being asked to end by the system, heard whatever the main thread is doing."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

ENDINGS = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")


def on_ending(action: Callable[[], None]) -> None:
    """Call `action`, on a thread of its own, whenever the system asks for the end.

    Python runs a handler between any two lines of the main thread, also where
    that holds the very lock which the action needs: it must do next to nothing.
    """
    reading, writing = os.pipe()

    def hear(number: int, frame: Any) -> None:
        with suppress(OSError):
            os.write(writing, b".")

    def listen() -> None:
        while os.read(reading, 1):
            action()

    threading.Thread(target=listen, name="signals", daemon=True).start()
    for name in ENDINGS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), hear)
