"""A long time of ordinary use: what is lost in an hour is lost for good in a day.

`LAUNCHER_SOAK_SECONDS` says how long; a day is 86400.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress

import psutil

from tests.attacks.vocabulary import Attack, Outcome, Target, mark

RATE = 20.0  # requests a second
SECONDS = float(os.environ.get("LAUNCHER_SOAK_SECONDS", "600"))
WARM = 0.1  # the part of the time after which a program has what it needs
DRIFT = 1.05


def sizes(target: Target) -> tuple[int, int]:
    """Return the bytes of memory and the descriptors that all its processes have."""
    memory, descriptors = 0, 0
    for process in target.processes():
        with suppress(psutil.Error):
            memory += process.memory_info().rss
            descriptors += process.num_fds()
    return memory, descriptors


def ordinary_use(target: Target) -> Outcome:
    """Ask for pages, save and upload at a steady rate, with refusals between."""
    begin, asked, failures, before = time.monotonic(), 0, list[int](), (0, 0)
    while (elapsed := time.monotonic() - begin) < SECONDS:
        time.sleep(max(0.0, begin + asked / RATE - time.monotonic()))
        status, wanted = _one(target, asked)
        failures += [] if status in wanted else [status]
        asked += 1
        if before == (0, 0) and elapsed > SECONDS * WARM:
            before = sizes(target)
    after = sizes(target)
    grown = [after[place] / max(1, before[place]) for place in (0, 1)]
    detail = f"{asked} requests, {len(failures)} failed; memory {grown[0]:.1%}, descriptors {grown[1]:.1%}"
    is_right = not failures and max(grown) < DRIFT
    return Outcome("held" if is_right else "got through", detail)


def _one(target: Target, number: int) -> tuple[int, tuple[int, ...]]:
    kind = number % 4
    if kind == 0:
        return target.ask("/").status, (200,)
    if kind == 1:
        headers = target.own(Origin=target.origin)
        return target.ask(f"/upload/{mark()}", method="POST", headers=headers, body=b"x" * 50_000).status, (
            200,
        )
    if kind == 2:
        return target.ask("/quick", headers={"Host": "evil.example"}).status, (421, 200)
    return target.ask("/nowhere").status, (404,)


ATTACKS = (
    Attack("Long ordinary use leaves no trace in memory and descriptors", "soak", ordinary_use, is_long=True),
)
