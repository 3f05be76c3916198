"""The comparison of servers as people read it: tables, the machine they are from, and what they say."""

from __future__ import annotations

import platform
import re
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.contestants import BY_PROXY, PAGES, Contestant
from tests.support.proxies import PROGRAMS

if TYPE_CHECKING:
    from tests.benchmarks.servers import Measured

TITLES = {
    "/json": "A few bytes of JSON",
    "/page": "A page drawn from a template",
    "/file": "100 KB, handed over by the app",
    BY_PROXY: "100 KB, handed over by the proxy itself",
}
Rows = Sequence[tuple[str, ...]]
All = Mapping[Contestant, "Measured"]
STARVED = 100.0  # milliseconds: later than this, people notice that somebody else is slow


def written(measured: All, *, rounds: int, seconds: int) -> str:
    """Write all of it in Markdown."""
    parts = [_circumstances(rounds, seconds), _overview(measured)]
    for page in (*PAGES, BY_PROXY):
        parts.append(f"**{TITLES[page]}** (`{page}`)\n\n{_page(measured, page)}")
    parts.append("\n".join(["**What it says**", "", *choice(measured)]))
    return "\n\n".join(parts) + "\n"


def _page(measured: All, page: str) -> str:
    counts = sorted({count for one in measured.values() for asked, count in one.samples if asked == page})
    head = ["server", "in front"]
    for count in counts:
        head += [f"{count} open: req/s", "p50 ms", "p99 ms"]
    rows = []
    for one, found in measured.items():
        if page in one.pages:
            row = [one.name, one.front]
            for count in counts:
                row.append(f"{found.median(page, count, 'rate'):.0f}")
                row += [f"{found.median(page, count, what):.1f}" for what in ("p50", "p99")]
            rows.append(
                (
                    *row,
                    str(sum(s.errors for (p, _), many in found.samples.items() if p == page for s in many)),
                )
            )
    return markdown((*head, "errors"), rows)


def _overview(measured: All) -> str:
    head = (
        "server",
        "in front",
        "quick page p50 ms",
        "p99 ms",
        "asked",
        "never came",
        "memory MB",
        "errors of all",
    )
    rows = [
        (
            one.name,
            one.front,
            *_mixed(found),
            f"{statistics.median(found.memory):.0f}",
            str(found.errors()),
        )
        for one, found in measured.items()
    ]
    title = "**A quick page while twenty that take half a second are held; memory after all of it**"
    return f"{title}\n\n{markdown(head, rows)}"


def _mixed(found: Measured) -> tuple[str, str, str, str]:
    if not found.mixed:
        return "", "", "", ""
    p50, p99 = (statistics.median(getattr(one, what) for one in found.mixed) for what in ("p50", "p99"))
    asked, failed = sum(one.asked for one in found.mixed), sum(one.failed for one in found.mixed)
    return f"{p50:.1f}", f"{p99:.1f}", str(asked), str(failed)


def choice(measured: All) -> list[str]:
    """Say which of our servers is to be the default, and by which figures.

    A server at which somebody waits for somebody else's slow page is no default, however fast it is
    otherwise; among the others the one that draws most pages a second behind nginx, at 16 connections;
    within a tenth of it, the one that needs least memory.
    """
    ours = {one: found for one, found in measured.items() if one.name.startswith("serve:") and found.mixed}
    if not ours:
        return ["Nothing of ours was measured."]
    front = "nginx" if any(one.front == "nginx" for one in ours) else "alone"
    there = {one.name: found for one, found in ours.items() if one.front == front}
    lines, left = [], {}
    for name, found in there.items():
        waits = statistics.median(one.p99 for one in found.mixed)
        rate, memory = found.median("/page", 16, "rate"), statistics.median(found.memory)
        lines.append(
            f"- {name} ({front}): {rate:.0f} pages/s at 16, quick page p99 {waits:.0f} ms"
            f" while 20 slow ones are held, {memory:.0f} MB, {found.errors()} errors."
        )
        if waits < STARVED and not found.errors():
            left[name] = (rate, memory)
    if not left:
        return [*lines, f"- None kept the quick page below {STARVED:.0f} ms: none is a default by this rule."]
    best = max(rate for rate, _ in left.values())
    near = {name: memory for name, (rate, memory) in left.items() if rate >= 0.9 * best}
    chosen = min(near, key=lambda name: near[name])
    out = ", ".join(sorted(set(there) - set(left)))
    if out:
        lines.append(f"- Out, for the quick page came later than {STARVED:.0f} ms or requests failed: {out}.")
    lines.append(
        f"- The default by this rule: **{chosen.removeprefix('serve: ')}**"
        f" ({left[chosen][0]:.0f} pages/s of at most {best:.0f}, {left[chosen][1]:.0f} MB)."
    )
    return lines


def markdown(head: tuple[str, ...], rows: Rows) -> str:
    """Write a table, figures to the right."""
    rule = ["---" if number < 2 else "---:" for number in range(len(head))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, tuple(rule), *rows))


def _circumstances(rounds: int, seconds: int) -> str:
    return (
        f"Medians of {rounds} rounds of {seconds} s each, all in one run, in an order that moves on. Server"
        f" and proxy share core 0 (so a proxy takes from its server), the client has core 1 (`wrk`, one"
        f" thread, kept connections). Memory is the share (PSS) of all processes of server and proxy."
        f"\n\n{machine()}"
    )


def machine() -> str:
    """Say on what it was measured."""
    processor = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    packages = ", ".join(f"{name} {version(name)}" for name in ("flask", "werkzeug", "waitress", "gunicorn"))
    return (
        f"{processor[1] if processor else platform.machine()}, {platform.system()} {platform.release()},"
        f" Python {platform.python_version()}, {packages}, uWSGI {version('pyuwsgi')},"
        f" {_said(PROGRAMS['nginx'], '-v')}, {_said(PROGRAMS['apache'], '-v')}, {_said('wrk', '-v')}."
    )


def _said(*words: str) -> str:
    """Return the name and number that a program gives itself."""
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    line = (ended.stdout + ended.stderr).splitlines()[0]
    found = re.search(r"(nginx/\S+|Apache/\S+|wrk \S+)", line)
    return found[1] if found else line


if __name__ == "__main__":
    sys.stdout.write(machine() + "\n")
