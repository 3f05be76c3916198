"""Build the corpus and try it: `python tests/corpus/run.py [NAME ...]`, a table at the end.

`--for TARGET` builds it for another system, and tries what is for Windows under Wine.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from launcher import paths
from launcher.packager import platforms
from tests.corpus import abroad, cases, naive, ours, trial
from tests.corpus.cases import Case

LONGEST_ERROR = 120
Tried = tuple[tuple[str, ...], bool]  # a line of the table, and whether all is well


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
    parser.add_argument("--for", dest="target", choices=platforms.TAGS, help="for another system")
    parser.add_argument("--table", type=Path, metavar="FILE", help="write the table there too")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.names if name not in known]
    if unknown:
        parser.error(f"there is no {unknown[0]} in the corpus")
    terms = trial.Terms(paths.cache_folder(), webview=chosen.webview, twice=chosen.twice)
    ways = (ours.WAY, naive.WAY) if chosen.naive else (ours.WAY,)
    asked = [known[name] for name in chosen.names or known]
    tried = _abroad(asked, terms, chosen.target) if chosen.target else _at_home(asked, terms, ways)
    rows, works = [], []
    for words, worked in tried:
        rows.append(words)
        works.append(worked)
        print(*words, sep=" | ", file=sys.stderr, flush=True)
    text = table(rows)
    print(text, end="")
    if chosen.table is not None:
        chosen.table.write_text(text, encoding="utf-8")
    return int(not all(works))


def _at_home(asked: Sequence[Case], terms: trial.Terms, ways: Sequence[trial.Way]) -> Iterator[Tried]:
    yield ("app", "packaged by", *trial.CIRCUMSTANCES, "first error", "seconds", "MB"), True
    for case in asked:
        for way in ways:
            tried = trial.attempt(case, terms, way)
            yield row(tried, way), tried.works or way is not ours.WAY


def _abroad(asked: Sequence[Case], terms: trial.Terms, target: str) -> Iterator[Tried]:
    yield abroad.TITLES, True
    (platform,) = platforms.chosen([target])
    for case in asked:
        tried = abroad.attempt(case, terms, platform)
        yield abroad.row(tried), tried.works


if __name__ == "__main__":
    sys.exit(main())
