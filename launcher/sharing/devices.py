"""The devices that were let in, each by a session of its own, and those that were removed."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from itertools import count

from launcher.sharing.invitations import hashed

MOST = 64  # devices at the same time; there are as many connections
REMOVED = 256  # sessions of which we still know that they were ended


@dataclass(slots=True)
class Device:
    """One device: what it calls itself, where it is, since when, and when it last asked for something."""

    number: int
    name: str
    address: str
    key: bytes = field(repr=False)
    joined: float = field(default_factory=time.time)
    seen: float = field(default_factory=time.monotonic)


class Devices:
    """Who is in."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._in: dict[bytes, Device] = {}
        self._removed: deque[bytes] = deque(maxlen=REMOVED)

    def admit(self, name: str, address: str, key: bytes) -> Device | None:
        """Let a device in, by the hash of its session; None where there are too many already."""
        with self._lock:
            if len(self._in) >= MOST:
                return None
            return self._in.setdefault(key, Device(next(self._numbers), name, address, key))

    def of(self, secret: str | None) -> Device | None:
        """Return the device that a session is of, which is heard of by that."""
        if secret is None:
            return None
        with self._lock:
            found = self._in.get(hashed(secret))
        if found is not None:
            found.seen = time.monotonic()
        return found

    def was_removed(self, secret: str | None) -> bool:
        """Tell whether a session was one of a device that was removed."""
        with self._lock:
            return secret is not None and hashed(secret) in self._removed

    def remove(self, number: int) -> Device | None:
        """End a device's session; return the device, if it was in."""
        with self._lock:
            found = next((one for one in self._in.values() if one.number == number), None)
            if found is not None:
                self._removed.append(found.key)
                del self._in[found.key]
            return found

    def all(self) -> list[Device]:
        """List who is in, in the order of coming."""
        with self._lock:
            return list(self._in.values())

    def is_full(self) -> bool:
        """Tell whether nobody else can be let in."""
        with self._lock:
            return len(self._in) >= MOST
