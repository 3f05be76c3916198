"""Servers and proxies compared: python -m tests.benchmarks.servers [--rounds N] [--seconds S] [--table FILE]

`flask run`, plain Waitress, and `launcher serve` with each of its servers; each alone, and behind nginx and
Apache as `launcher export` writes their sites. All of them are up at once, and every round asks each of them
for every page, in an order that moves on from round to round, so that what else the machine does weighs on
all alike; the medians of the rounds are shown. Server and proxy share core 0, the client has core 1. Last in
a round comes the mixed case: twenty requests that take half a second are held, while somebody else asks for
a quick one.
"""

from __future__ import annotations

import argparse
import http.client
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.benchmarks import contestants, servers_table, wrk
from tests.benchmarks.contestants import Contestant
from tests.end_to_end.frozen import open_folder
from tests.support.processes import with_descendants

CONNECTIONS = (1, 16, 64)
HELD = 20  # slow requests under way in the mixed case
MIXED_SECONDS = 2.0
CLIENT_S_CORE = ("taskset", "-c", "1")


@dataclass(slots=True)
class Measured:
    """All that was measured of one contestant."""

    samples: dict[tuple[str, int], list[wrk.Sample]] = field(default_factory=dict)
    mixed: list[Mixed] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    def median(self, page: str, connections: int, what: str) -> float:
        """Return the median of the rounds."""
        return statistics.median(float(getattr(one, what)) for one in self.samples[page, connections])

    def errors(self) -> int:
        """Count all failures of all rounds."""
        return sum(one.errors for many in self.samples.values() for one in many)


@dataclass(frozen=True, slots=True)
class Mixed:
    """How long the quick page took while slow ones were held, in milliseconds; and how many never came."""

    p50: float
    p99: float
    asked: int
    failed: int


def main() -> None:
    """Start all, measure in turns, and write the table."""
    chosen = _arguments()
    os.sched_setaffinity(0, {1})  # of this process, which asks for the quick page itself
    with open_folder("launcher-servers-") as place, ExitStack() as stack:
        field_of = contestants.started(stack, place, chosen.only)
        measured = {one: Measured() for one in field_of}
        for one in field_of:
            _warm(one)
        for number in range(chosen.rounds):
            begin = time.monotonic()
            for one in _turned(field_of, number):
                _measure(one, measured[one], chosen.seconds)
            took = time.monotonic() - begin
            load = os.getloadavg()[0]
            print(f"round {number + 1} of {chosen.rounds}: {took:.0f} s, load {load:.1f}", file=sys.stderr)
        table = servers_table.written(measured, rounds=chosen.rounds, seconds=chosen.seconds)
    print(table)
    if chosen.table:
        chosen.table.write_text(table, encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare servers and proxies.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=1)
    parser.add_argument("--table", type=Path, help="also write the table into this file")
    parser.add_argument("--only", help="only contestants with this word in their name")
    return parser.parse_args()


def _turned(all_of_them: Sequence[Contestant], number: int) -> Iterator[Contestant]:
    """Give all, beginning elsewhere in each round, and backwards in every second one."""
    start = number * len(all_of_them) // 5
    turned = [*all_of_them[start:], *all_of_them[:start]]
    yield from turned if number % 2 == 0 else reversed(turned)


def _warm(one: Contestant) -> None:
    """Let every worker draw a page, and a proxy start as many as it wants, before anything counts."""
    wrk.ask(one.url(one.pages[-1]), one.host, CONNECTIONS[-1], 1, on=CLIENT_S_CORE)
    for page in one.pages:
        _quick(one, page)


def _measure(one: Contestant, measured: Measured, seconds: int) -> None:
    for page in one.pages:
        for connections in CONNECTIONS:
            sample = wrk.ask(one.url(page), one.host, connections, seconds, on=CLIENT_S_CORE)
            measured.samples.setdefault((page, connections), []).append(sample)
    measured.memory.append(_memory(one))
    if one.is_mixed:
        measured.mixed.append(_mixed(one))


def _memory(one: Contestant) -> float:
    """Return the megabytes that all its processes share among them fairly (PSS)."""
    total = 0
    for pid in one.pids:
        for process in with_descendants(pid):
            with suppress(psutil.Error):
                total += process.memory_full_info().pss
    return total / 1e6


def _mixed(one: Contestant) -> Mixed:
    """Hold slow requests, and ask for a quick page on new connections meanwhile."""
    words = wrk.command(one.url("/slow"), one.host, HELD, int(MIXED_SECONDS) + 1)
    took, failed = [], 0
    with subprocess.Popen([*CLIENT_S_CORE, *words], stdout=subprocess.DEVNULL) as slow:
        time.sleep(0.3)  # until all twenty are under way
        end = time.monotonic() + MIXED_SECONDS
        while (begin := time.monotonic()) < end:
            failed += not _quick(one, "/json")
            took.append((time.monotonic() - begin) * 1000)
            time.sleep(0.02)
        slow.wait()
    took.sort()
    return Mixed(statistics.median(took), took[int((len(took) - 1) * 0.99)], len(took), failed)


def _quick(one: Contestant, page: str) -> bool:
    connection = http.client.HTTPConnection(contestants.ADDRESS, one.port, timeout=wrk.PATIENCE)
    try:
        connection.request("GET", page, headers={"Host": one.host})
        with connection.getresponse() as response:
            response.read()
            return response.status == 200
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    main()
