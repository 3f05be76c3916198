"""Attack every system in the same ways, and write the table of what came of it.

python -m tests.attacks [--system NAME] [--attack WORDS] [--table FILE] [--long] [--program FILE] [--served]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.attacks.stage import Stage
from tests.attacks.systems import ours, rivals, served
from tests.attacks.table import ALL, SERVED, SIGNS, written
from tests.attacks.vocabulary import Attack, Outcome, System


def main() -> int:
    """Run what was chosen; return 1 where an attack got through to a program of ours."""
    chosen = _arguments()
    words = (chosen.attack or "").lower()
    named = [
        one for one in (SERVED if chosen.served else ALL) if words in f"{one.theme}: {one.promise}".lower()
    ]
    attacks = [one for one in named if chosen.long or not one.is_long]
    outcomes: dict[tuple[str, str], Outcome] = {}
    with tempfile.TemporaryDirectory(prefix="attacks-") as folder:
        systems = _served(chosen) if chosen.served else _systems(chosen, Path(folder))
        for system in systems:
            outcomes.update(_attack(system, attacks))
    table = written(attacks, [system.name for system in systems], outcomes)
    print(table)
    if chosen.table:
        Path(chosen.table).write_text(table, encoding="utf-8")
    names = {ours.NAME, *(one.name for one in served.OURS)}
    own = [one for (_, system), one in outcomes.items() if system in names]
    return int(any(one.verdict == "got through" for one in own))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__)
    parser.add_argument("--system", action="append", help="only this one; can be given again")
    parser.add_argument("--attack", help="only those with these words in theme or promise")
    parser.add_argument("--table", help="also write the table into this file")
    parser.add_argument("--long", action="store_true", help="those that take minutes, too")
    parser.add_argument("--program", type=Path, help="a packaged victim to use instead of a new build")
    parser.add_argument(
        "--served", action="store_true", help="servers and proxies on the web, ours and plain ones"
    )
    return parser.parse_args()


def _served(chosen: argparse.Namespace) -> list[System]:
    there = [*served.OURS, *served.RIVALS]
    names = chosen.system or [one.name for one in there]
    unknown = set(names) - {one.name for one in there}
    if unknown:
        known = "; ".join(one.name for one in there)
        sys.exit(f"no system is called {', '.join(sorted(unknown))}; there are: {known}")
    return [one for one in there if one.name in names]


def _systems(chosen: argparse.Namespace, place: Path) -> list[System]:
    names = chosen.system or [ours.NAME, *(one.name for one in rivals.SYSTEMS)]
    unknown = set(names) - {ours.NAME, *(one.name for one in rivals.SYSTEMS)}
    if unknown:
        sys.exit(f"no system is called {', '.join(sorted(unknown))}")
    systems = []
    if ours.NAME in names:
        usual = f"{tempfile.gettempdir()}/flask-launcher-tests-{os.getuid()}"
        cache = Path(os.environ.get("LAUNCHER_TEST_CACHE") or usual)
        systems.append(ours.system(chosen.program or ours.build(cache, place)))
    return [*systems, *(one for one in rivals.SYSTEMS if one.name in names)]


def _attack(system: System, attacks: Sequence[Attack]) -> dict[tuple[str, str], Outcome]:
    outcomes: dict[tuple[str, str], Outcome] = {}
    with Stage(system) as stage:
        for attack in attacks:
            begin = time.monotonic()
            outcome = Outcome("does not apply", system.lacks) if system.lacks else stage.attack(attack)
            outcomes[attack.promise, system.name] = outcome
            sign = SIGNS[outcome.verdict] + ("?" if outcome.held and not outcome.is_exact else "")
            line = f"{system.name:24} {sign:3} {attack.promise}: {outcome.detail}"
            print(f"{line} [{time.monotonic() - begin:.1f} s]", file=sys.stderr, flush=True)
    return outcomes


if __name__ == "__main__":
    sys.exit(main())
