"""The clock by which Waitress tells who is idle: one that nobody sets.

By itself it asks the time of day. When a machine wakes or its clock is set, uploads on their way in and
answers on their way out would be a day old at once, and closed.
"""

from __future__ import annotations

import time
from typing import Any

import waitress.channel
import waitress.server


class SteadyTime:
    """The module `time`, with a clock that only goes on."""

    time = staticmethod(time.monotonic)

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


def keep_steady() -> None:
    """Let connections be measured by it; dates in answers stay those of the day."""
    modules: tuple[Any, ...] = (waitress.channel, waitress.server)
    for module in modules:
        module.time = SteadyTime()
