"""Invitations: the ticket in a link, good for five minutes and for as many devices as were meant.

Looking at a link uses nothing up: chat programs fetch every link to show a preview of it.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time

LIFETIME = 300.0  # seconds
FRESH = 240.0  # seconds for which a link is given away; who gets it last has a minute left


class Invitations:
    """The tickets of one sharing; only their hashes are kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[bytes, list[float]] = {}  # when each ends, and how many devices it still lets in

    def issue(self, uses: int | None) -> str:
        """Return a new ticket of 256 bits for so many devices, None being any number of them."""
        ticket, now = secrets.token_urlsafe(32), time.monotonic()
        with self._lock:
            self._open = {key: one for key, one in self._open.items() if one[0] > now}
            self._open[hashed(ticket)] = [now + LIFETIME, float("inf") if uses is None else uses]
        return ticket

    def is_good(self, ticket: str) -> bool:
        """Tell whether a ticket would let another device in."""
        with self._lock:
            return self._is_good(hashed(ticket))

    def use(self, ticket: str) -> bool:
        """Let one device in by a ticket; tell whether it was good for that."""
        key = hashed(ticket)
        with self._lock:
            if not self._is_good(key):
                return False
            self._open[key][1] -= 1
            return True

    def _is_good(self, key: bytes) -> bool:
        ends, left = self._open.get(key, (0.0, 0.0))
        return time.monotonic() < ends and left > 0


def hashed(secret: str) -> bytes:
    """Return by what a secret is known; the time that a look-up takes tells nothing of it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()
