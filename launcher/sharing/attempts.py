"""How often an address may be wrong: five times a minute, and then not at all for a minute."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict, deque
from typing import Any

MOST, WITHIN, BARRED = 5, 60.0, 60.0  # wrong tries, within seconds; then seconds without any
ADDRESSES = 1024  # remembered at most; who has more of them than that has the whole network


class Attempts:
    """The wrong tries of each address, of late."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()
        self._barred: OrderedDict[str, float] = OrderedDict()

    def seconds_barred(self, address: str) -> int:
        """Return for how many seconds an address may not try again; 0 is that it may."""
        with self._lock:
            left = self._barred.get(address, 0.0) - time.monotonic()
            if left <= 0:
                self._barred.pop(address, None)
            return max(0, math.ceil(left))

    def note(self, address: str) -> int:
        """Take note of a wrong try, and return for how many seconds there may be no other."""
        now = time.monotonic()
        with self._lock:
            tries = self._wrong.setdefault(address, deque(maxlen=MOST))
            if len(tries) == MOST and now - tries[0] < WITHIN:
                self._wrong.pop(address)
                self._barred[address] = now + BARRED
                _forget_oldest(self._barred)
                return math.ceil(BARRED)
            tries.append(now)
            self._wrong.move_to_end(address)
            _forget_oldest(self._wrong)
            return 0


def _forget_oldest(known: OrderedDict[str, Any]) -> None:
    while len(known) > ADDRESSES:
        known.popitem(last=False)
