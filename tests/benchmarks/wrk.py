"""One measurement by `wrk`: how many answers, how late the middle one and the hundredth, how many failed."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
PATIENCE = 10  # seconds after which an answer counts as one that never came


@dataclass(frozen=True, slots=True)
class Sample:
    """What one round showed; times in milliseconds."""

    rate: float
    p50: float
    p99: float
    errors: int
    answers: int


def command(url: str, host: str, connections: int, seconds: int) -> list[str]:
    """Write the command: one thread, kept connections where the server keeps them."""
    words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", f"--timeout={PATIENCE}s", "--latency"]
    return [*words, "-H", f"Host: {host}", url]


def ask(url: str, host: str, connections: int, seconds: int, *, on: Sequence[str] = ()) -> Sample:
    """Ask for one page for some seconds; `on` is a command that runs another on a core."""
    words = [*on, *command(url, host, connections, seconds)]
    ended = subprocess.run(words, check=True, capture_output=True, text=True)
    return read(ended.stdout)


def read(text: str) -> Sample:
    """Read what wrk says."""
    failed = re.search(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    errors = sum(map(int, failed.groups())) if failed else 0
    return Sample(
        rate=float(_found(r"Requests/sec:\s*([\d.]+)", text)),
        p50=_milliseconds("50", text),
        p99=_milliseconds("99", text),
        errors=errors + (int(refused[1]) if refused else 0),
        answers=int(_found(r"(\d+) requests in", text)),
    )


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, text
    return found[1]


def _milliseconds(part: str, text: str) -> float:
    found = re.search(rf"^\s+{part}%\s+([\d.]+)(us|ms|s|m)$", text, re.MULTILINE)
    assert found, text
    return float(found[1]) * UNITS[found[2]]
