"""What came of the three hosts, as people read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tests.end_to_end.three_hosts.lab import Record
from tests.end_to_end.three_hosts.story import CUSTOMERS, Told


def written(found: Told, server: str) -> str:
    """Write it in Markdown."""
    head = "| | sent | answered | lost GET | lost POST | p50 ms | p99 ms | longest ms |"
    lines = [head, "|---|---:|---:|---:|---:|---:|---:|---:|"]
    for phase in found.phases:
        lines.append(f"| {phase.name} ({phase.end - phase.begin:.0f} s) | {_row(found.within(phase.name))} |")
    lines.append(f"| **all** | {_row(found.records)} |")
    return "\n".join(
        [
            f"Three hosts with `launcher serve --server {server}` behind nginx, PostgreSQL on a machine of"
            f" its own, {CUSTOMERS} customers who look and order by turns.",
            "",
            *lines,
            "",
            *(f"- {line}" for line in _facts(found)),
            "",
        ]
    )


def _row(records: Sequence[Record]) -> str:
    lost = Counter(one.method for one in records if one.is_lost)
    took = sorted(one.took * 1000 for one in records)
    times = (took[int((len(took) - 1) * part)] for part in (0.5, 0.99, 1.0)) if took else (0, 0, 0)
    counts = (len(records), len(records) - lost.total(), lost["GET"], lost["POST"])
    return " | ".join([*map(str, counts), *(f"{one:.0f}" for one in times)])


def _facts(found: Told) -> list[str]:
    retried = found.retried
    lost = Counter(f"{one.method} {one.status or one.why}" for one in found.lost)
    return [
        f"Lost: {', '.join(f'{count} times {what}' for what, count in lost.items()) or 'nothing'};"
        f" of these anybody may send again (GET): {len(found.lost_reads)}.",
        f"Sent by nginx to a second host: {retried['GET']} GET, {retried['POST']} POST.",
        f"Orders acknowledged: {len(found.acknowledged)}; rows in the table: {len(found.rows)}; acknowledged"
        f" but not in the table: {len(found.lost_rows)}; in it twice: {len(found.double_rows)}; never"
        f" acknowledged although sent again: {len(found.never_acknowledged)}.",
        f"Sessions that another host did not know: {len(found.odd_sessions)}.",
        *(f"A host that was {how} was noticed after {took:.1f} s." for how, took in found.noticed.items()),
        *(
            f"The one that was {how} answered again {took:.1f} s after it was up."
            for how, took in found.used_again.items()
        ),
    ]
