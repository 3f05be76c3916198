"""Waiting for a condition instead of for a length of time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def until(
    condition: Callable[[], Found],
    *,
    seconds: float = 30.0,
    what: Callable[[], object] = lambda: "",
) -> Found:
    """Ask until the answer is true, and return it; fail with `what` when it never becomes so."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what()}")
        time.sleep(0.02)
    return found
