"""Numbers that are chosen where nobody has chosen."""

from __future__ import annotations

from typing import Any

import pytest

from launcher.hosting import tuning
from launcher.hosting.order import Hosting


@pytest.mark.parametrize(
    ("values", "has_sqlite", "workers", "threads"),
    [
        ({"server": "waitress"}, False, 1, 64),
        ({"server": "waitress", "workers": 3}, False, 3, 64),
        ({"server": "gunicorn"}, True, 1, 64),
        ({"server": "gunicorn", "workers": 3}, True, 3, 16),
        ({"server": "uwsgi", "workers": 1, "threads": 4}, False, 1, 4),
    ],
)
def test_numbers(values: dict[str, Any], has_sqlite: bool, workers: int, threads: int) -> None:
    found = tuning.settled(Hosting("m", "r", **values), has_sqlite=has_sqlite)
    assert (found.workers, found.threads) == (workers, threads)


def test_processes_follow_the_processors() -> None:
    found = tuning.settled(Hosting("m", "r", server="gunicorn"), has_sqlite=False)
    assert found.workers == min(2 * tuning.processors() + 1, tuning.MOST_CHOSEN)
