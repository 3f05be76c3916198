"""Turns: few of the guests' requests are worked on at the same moment, so that the window's come in between.

Python runs one thread at a time, and each that wants to run is one more that the window has to wait for.
Whoever has had a turn for long is waiting itself, for a database or for something to happen, and counts no
more. What is sent while it is made, as a stream of events is, needs no turn after its beginning.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 1
LONG = 0.05  # seconds


class Turns:
    """Who is being worked for, and since when."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._since: dict[int, float] = {}

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and have it for the block."""
        me = threading.get_ident()
        with self._changed:
            while (seconds := self._seconds_to_wait()) > 0:
                self._changed.wait(seconds)
            self._since[me] = time.monotonic()
        try:
            yield
        finally:
            with self._changed:
                self._since.pop(me, None)
                self._changed.notify()

    def _seconds_to_wait(self) -> float:
        """Return for how long there is no turn to be had; those who had theirs for long are forgotten."""
        oldest = time.monotonic() - LONG
        self._since = {thread: begin for thread, begin in self._since.items() if begin > oldest}
        if len(self._since) < AT_ONCE:
            return 0.0
        return max(min(self._since.values()) - oldest, 0.001)
