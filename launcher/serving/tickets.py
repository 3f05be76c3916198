"""Entry tickets: each opens the app once, within a minute."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time

LIFETIME = 60.0  # seconds; a window asks within one


class Tickets:
    """Issue single-use tickets of 256 bits, and redeem each at most once.

    Only hashes are kept, as keys of a dictionary, so that neither a dump of
    this object nor the time that a look-up takes tells anything.
    """

    def __init__(self, lifetime: float = LIFETIME) -> None:
        self._lifetime = lifetime
        self._expiry: dict[bytes, float] = {}
        self._lock = threading.Lock()

    def issue(self) -> str:
        """Return a new ticket."""
        ticket = secrets.token_urlsafe(32)
        self.remember(ticket)
        return ticket

    def remember(self, ticket: str) -> None:
        """Let a ticket be good that somebody else has made."""
        now = time.monotonic()
        with self._lock:
            self._expiry = {key: end for key, end in self._expiry.items() if end > now}
            self._expiry[_key(ticket)] = now + self._lifetime

    def redeem(self, ticket: str) -> bool:
        """Use a ticket up; tell whether it was good."""
        with self._lock:
            expiry = self._expiry.pop(_key(ticket), None)
        return expiry is not None and time.monotonic() < expiry


def _key(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode("utf-8", "surrogateescape")).digest()
