"""Build the corpus and try it: `python tests/corpus/run.py [NAME ...]`, a table at the end."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from launcher import paths
from tests.corpus import cases, naive, ours, trial

LONGEST_ERROR = 120


def row(one: trial.Trial, way: trial.Way) -> tuple[str, ...]:
    """Return a line of the table."""
    again = f" / {one.again:.1f}" if one.again else ""
    return (
        one.name,
        way.name,
        *(_words(outcome) for outcome in one.outcomes.values()),
        one.error.replace("|", "/")[:LONGEST_ERROR],
        f"{one.seconds:.1f}{again}",
        f"{one.size / 1e6:.0f}",
    )


def _words(outcome: trial.Outcome) -> str:
    return f"{'yes' if outcome.works else 'no'}, {outcome.worked} of {outcome.asked}"


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """Write rows, the first of them titles, as a table in Markdown."""
    widths = [max(len(line[column]) for line in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]]) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code is 0 when all that was built works."""
    known = cases.read()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(known)}")
    parser.add_argument("--naive", action="store_true", help="plain PyInstaller too, to compare")
    parser.add_argument("--twice", action="store_true", help="time a second build too")
    parser.add_argument("--webview", choices=("qt", "gtk", "browser"), help="instead of the usual")
    parser.add_argument("--table", type=Path, metavar="FILE", help="write the table there too")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.names if name not in known]
    if unknown:
        parser.error(f"there is no {unknown[0]} in the corpus")
    terms = trial.Terms(paths.cache_folder(), webview=chosen.webview, twice=chosen.twice)
    ways = (ours.WAY, naive.WAY) if chosen.naive else (ours.WAY,)
    rows = [("app", "packaged by", *trial.CIRCUMSTANCES, "first error", "seconds", "MB")]
    failed = False
    for name in chosen.names or known:
        print(f"{name}: {known[name].about}", file=sys.stderr, flush=True)
        for way in ways:
            tried = trial.attempt(known[name], terms, way)
            failed = failed or (way is ours.WAY and not tried.works)
            rows.append(row(tried, way))
            print(*rows[-1], sep=" | ", file=sys.stderr, flush=True)
    text = table(rows)
    print(text, end="")
    if chosen.table is not None:
        chosen.table.write_text(text, encoding="utf-8")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
