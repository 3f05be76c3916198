"""Being asked to end by the system, heard whatever the main thread is doing."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from launcher import host

ENDINGS = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")
HANDLED = 0x80  # in the byte of a signal that Python's own handler tells of; no signal has such a number


def on_ending(action: Callable[[], None], at_once: Callable[[], None]) -> None:
    """Call `action`, on a thread of its own, whenever the system asks for the end.

    The same signal once more calls `at_once`; another one does not, for sessions that end send several.

    Python runs a handler between two lines of the main thread: it must do next to nothing, for that thread
    may hold the very lock which the action needs. And where the thread is just about to wait for something,
    it does not run at all until that has come. The system's own handler writes at once; but a library may
    have it write elsewhere while its windows are open. So both tell, and a signal counts once.
    """
    reading, writing = os.pipe()
    numbers = {getattr(signal, name) for name in ENDINGS if hasattr(signal, name)}
    told: dict[bool, Counter[int]] = {True: Counter(), False: Counter()}
    done: Counter[int] = Counter()

    def hear(number: int, frame: Any) -> None:
        with suppress(OSError):
            os.write(writing, bytes([number | HANDLED]))

    def listen() -> None:
        while byte := os.read(reading, 1):
            number = byte[0] & ~HANDLED
            told[bool(byte[0] & HANDLED)][number] += 1
            if number in numbers and max(one[number] for one in told.values()) > done[number]:
                done[number] += 1
                action()
                if done[number] > 1:
                    at_once()

    threading.Thread(target=listen, name="signals", daemon=True).start()
    if not host.WINDOWS:
        os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in numbers:
        signal.signal(number, hear)
