"""Every attack on our servers of the web, alone and behind a proxy: they hold, and answer to the letter.

`python -m tests.attacks --served` tries the same on plain ones, and writes a table of it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from launcher import host
from tests.attacks import slowness
from tests.attacks.answers import COLUMNS, EXACT, KNOWN, answer_of, column_of
from tests.attacks.stage import Stage
from tests.attacks.systems import served
from tests.attacks.table import SERVED
from tests.attacks.vocabulary import Attack, System
from tests.support import proxies

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.skipif(not host.LINUX, reason="the attackers look into /proc"),
    pytest.mark.skipif(any(map(proxies.lacking, proxies.PROXIES)), reason="a proxy is not on this machine"),
]
# One of each server and of each proxy, and what takes a moment; the others are asked for as slow ones are.
QUICK = ("waitress", "gunicorn, nginx", "uwsgi, apache")
LONG = {*slowness.SERVED[1:], *(one for one in SERVED if "body" in one.promise and one.theme == "bodies")}
SLOW = pytest.mark.slow
SYSTEMS = [pytest.param(one, id=one.name, marks=() if one.name in QUICK else SLOW) for one in served.OURS]
ATTACKS = [
    pytest.param(one, id=f"{one.theme}: {one.promise}", marks=SLOW if one in LONG else ()) for one in SERVED
]


@pytest.fixture(scope="module", params=SYSTEMS)
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """One system that is up whenever it is to be attacked."""
    system: System = request.param
    with Stage(system) as made:
        yield made


@pytest.mark.parametrize("attack", ATTACKS)
def test_promise_is_kept(attack: Attack, stage: Stage) -> None:
    outcome = stage.attack(attack)
    if outcome.verdict == "does not apply":
        pytest.skip(outcome.detail)
    column = column_of(stage.system)
    why = KNOWN.get((attack.promise, column))
    assert outcome.held is (why is None), f"{outcome.detail} (known: {why})"
    if attack.promise in EXACT:
        assert answer_of(outcome) == EXACT[attack.promise][COLUMNS.index(column)]


def test_no_promise_is_made_twice_and_no_answer_is_of_none() -> None:
    promises = [attack.promise for attack in SERVED]
    assert len(promises) == len({*promises})
    assert {*EXACT, *(promise for promise, _ in KNOWN)} <= {*promises}
