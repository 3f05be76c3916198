"""Three hosts with PostgreSQL behind nginx: one falls and comes back, and what may be sent again is not lost.

`python -m tests.end_to_end.three_hosts` plays the whole story, and writes what came of it.
"""

from __future__ import annotations

import pytest

from launcher import host
from tests.end_to_end.frozen import open_folder
from tests.end_to_end.three_hosts.lab import lab
from tests.end_to_end.three_hosts.story import LONG, RELOADED, RESTARTED, SHORT, Told, told
from tests.end_to_end.three_hosts.table import written
from tests.support import databases, proxies

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.skipif(not host.LINUX, reason="networks of one's own are made of Linux's namespaces"),
    pytest.mark.skipif(databases.programs() is None, reason="PostgreSQL is not on this machine"),
    pytest.mark.skipif(bool(proxies.lacking("nginx")), reason="nginx is not on this machine"),
]


def test_host_may_fall_and_come_back_without_loss() -> None:
    found = _played(SHORT, read_timeout=3, is_whole=False)
    assert set(found.noticed) == {"killed", "unplugged"}


@pytest.mark.slow
@pytest.mark.parametrize("server", ["gunicorn", "waitress", "uwsgi"])
def test_hosts_may_fall_and_be_restarted_in_turn(server: str) -> None:
    _played(LONG, server, read_timeout=60, is_whole=True)


def _played(stretch: float, server: str = "gunicorn", *, read_timeout: int, is_whole: bool) -> Told:
    with open_folder("three-hosts-") as place, lab(place, server, read_timeout=read_timeout) as made:
        found = told(made, place, stretch, is_whole=is_whole)
    shown = written(found, server)
    assert found.lost_reads == [], shown
    assert found.lost_rows == set(), shown
    assert found.double_rows == [], shown
    assert found.never_acknowledged == set(), shown
    assert found.odd_sessions == [], shown
    assert not [one for one in found.lost if found.phase_of(one) in (RELOADED, RESTARTED)], shown
    return found
