"""Devices that ask to be let in: each shows four digits, and the owner sees the same beside two buttons.

The digits are no secret. They only tell the owner which of the devices in the room it is that asks.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field
from itertools import count

from launcher.sharing.invitations import hashed

OPEN, EACH = 8, 2  # questions that wait at the same time: of all, of one address
PATIENCE = 300.0  # seconds until a question is taken for a no
REMEMBERED = 600.0  # seconds for which a device can learn how it was answered


@dataclass(slots=True)
class Question:
    """One device that asks."""

    number: int
    digits: str
    name: str
    address: str
    key: bytes = field(repr=False)
    asked: float = field(default_factory=time.monotonic)
    is_refused: bool = False

    @property
    def waits(self) -> bool:
        """Whether it has no answer yet."""
        return not self.is_refused and time.monotonic() - self.asked < PATIENCE


class Questions:
    """Who asks to be let in."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._all: dict[bytes, Question] = {}

    def ask(self, name: str, address: str, secret: str) -> Question | None:
        """Ask for a device that will come back with `secret`; None where too many ask already."""
        key, now = hashed(secret), time.monotonic()
        with self._lock:
            self._all = {one.key: one for one in self._all.values() if now - one.asked < REMEMBERED}
            waiting = [one for one in self._all.values() if one.waits]
            if len(waiting) >= OPEN or sum(one.address == address for one in waiting) >= EACH:
                return None
            taken = {one.digits for one in waiting}
            digits = next(one for one in iter(_digits, "") if one not in taken)
            question = self._all[key] = Question(next(self._numbers), digits, name, address, key)
            return question

    def of(self, secret: str | None) -> Question | None:
        """Return the question that a device has asked."""
        with self._lock:
            return None if secret is None else self._all.get(hashed(secret))

    def take(self, number: int) -> Question | None:
        """Take a question that still waits, to answer it; it is nobody else's then."""
        with self._lock:
            found = next((one for one in self._all.values() if one.number == number and one.waits), None)
            if found is not None:
                del self._all[found.key]
            return found

    def give_up(self) -> list[Question]:
        """Take those for a no that nobody has answered in time; return them, each once."""
        with self._lock:
            late = [one for one in self._all.values() if not one.is_refused and not one.waits]
            for one in late:
                one.is_refused = True
            return late

    def refuse(self, question: Question) -> None:
        """Answer with no."""
        question.is_refused = True
        with self._lock:
            self._all[question.key] = question

    def waiting(self) -> list[Question]:
        """List those that have no answer yet, the oldest first."""
        with self._lock:
            return [one for one in self._all.values() if one.waits]


def _digits() -> str:
    return f"{secrets.randbelow(10_000):04}"
