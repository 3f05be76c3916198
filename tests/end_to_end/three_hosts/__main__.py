"""Three hosts, PostgreSQL and nginx, each on a machine of its own, while hosts fall and come back.

python -m tests.end_to_end.three_hosts [--seconds 60] [--server gunicorn] [--read-timeout 60] [--table FILE]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.end_to_end.frozen import open_folder
from tests.end_to_end.three_hosts.lab import READ_TIMEOUT, lab
from tests.end_to_end.three_hosts.story import told
from tests.end_to_end.three_hosts.table import written

STRETCHES = 9


def main() -> int:
    """Play it, write what came of it, and return 1 where something was lost that may not be."""
    parser = argparse.ArgumentParser(prog="python -m tests.end_to_end.three_hosts", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to hold the load, in all")
    parser.add_argument(
        "--read-timeout", type=int, default=READ_TIMEOUT, help="seconds that nginx waits for a page"
    )
    parser.add_argument("--server", default="gunicorn", choices=("waitress", "gunicorn", "uwsgi"))
    parser.add_argument("--table", type=Path, help="also write what came of it into this file")
    chosen = parser.parse_args()
    with (
        open_folder("three-hosts-") as place,
        lab(place, chosen.server, read_timeout=chosen.read_timeout) as made,
    ):
        found = told(made, place, chosen.seconds / STRETCHES)
    text = written(found, chosen.server)
    print(text)
    if chosen.table:
        chosen.table.write_text(text, encoding="utf-8")
    return int(bool(found.lost_reads or found.lost_rows or found.double_rows or found.never_acknowledged))


if __name__ == "__main__":
    sys.exit(main())
