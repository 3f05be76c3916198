"""What gate and guard cost: python -m tests.benchmarks.guarding [--rounds N] [--seconds S]

A small Flask page is asked for by `wrk` over kept connections, from plain Waitress and from Waitress behind
gate and guard, in turns and in both orders, so that what else the machine does weighs on both alike. Beside
requests a second stands the processor's time that the server took for each, which other programs touch less.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import psutil

from tests.benchmarks import making, served

CONNECTIONS = (1, 16)


@dataclass(slots=True)
class Contestant:
    """One server, and what was measured of it: a pair of rate and microseconds for each round."""

    kind: str
    port: int
    cookie: str
    pid: int
    measured: dict[int, list[tuple[float, float]]] = field(
        default_factory=lambda: {count: [] for count in CONNECTIONS}
    )

    def ask(self, connections: int, seconds: int) -> None:
        """Let wrk ask, and note the rate and the processor's time."""
        process = psutil.Process(self.pid)
        before = sum(process.cpu_times()[:2])
        ended = subprocess.run(
            [
                *("wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-H", f"Cookie: {self.cookie}"),
                f"http://127.0.0.1:{self.port}/",
            ],
            check=True,
            capture_output=True,
            text=True,
        )
        taken = sum(process.cpu_times()[:2]) - before
        assert "Non-2xx" not in ended.stdout, ended.stdout
        count = int(re.search(r"(\d+) requests in", ended.stdout)[1])  # type: ignore[index]
        rate = float(re.search(r"Requests/sec:\s*([\d.]+)", ended.stdout)[1])  # type: ignore[index]
        self.measured[connections].append((rate, taken / count * 1e6))


@contextmanager
def serving(kind: str) -> Iterator[Contestant]:
    """Serve one kind in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.served", kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        port, cookie = process.stdout.readline().split()
        yield Contestant(kind, int(port), cookie, process.pid)
    finally:
        process.stdin.close()
        process.wait(30)


def main() -> None:
    """Measure in turns, and print the table."""
    parser = argparse.ArgumentParser(description="Measure what gate and guard cost.")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=2)
    asked = parser.parse_args()
    with ExitStack() as stack:
        pair = [stack.enter_context(serving(kind)) for kind in served.KINDS[:2]]
        for number in range(asked.rounds + 1):
            for connections in CONNECTIONS:
                for one in pair[:: 1 if number % 2 else -1]:
                    one.ask(connections, asked.seconds)
            if number == 0:  # to warm up
                for one in pair:
                    one.measured = {count: [] for count in CONNECTIONS}
            print(f"round {number} of {asked.rounds}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    columns = (f"{what}, {count} open" for count in CONNECTIONS for what in ("requests/s", "µs each"))
    head = ("", *columns)
    print(making.table(head, rows(*pair)))


def rows(plain: Contestant, guarded: Contestant) -> list[tuple[str, ...]]:
    """Return the medians of both, and the medians of the rounds' ratios."""
    found = []
    for one in (plain, guarded):
        values = [column for count in CONNECTIONS for column in zip(*one.measured[count], strict=True)]
        found.append((one.kind, *(f"{statistics.median(column):.0f}" for column in values)))
    ratios = []
    for count in CONNECTIONS:
        pairs = list(zip(guarded.measured[count], plain.measured[count], strict=True))
        ratios += [statistics.median(own[place] / other[place] for own, other in pairs) for place in (0, 1)]
    return [*found, ("ratio", *(f"{ratio:.3f}" for ratio in ratios))]


if __name__ == "__main__":
    main()
