"""Every attack on a real packaged program: it holds, and answers exactly as it should.

`python -m tests.attacks` tries the same on what others make, and writes a table of it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from launcher import host
from tests.attacks.stage import Stage
from tests.attacks.systems import ours
from tests.attacks.table import ALL
from tests.attacks.vocabulary import Attack
from tests.end_to_end.builds import Builder
from tests.end_to_end.frozen import open_folder

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.skipif(not host.LINUX, reason="the attackers look into /proc"),
]


@pytest.fixture(scope="module")
def stage(builder: Builder) -> Iterator[Stage]:
    """The victim, packaged and running, however often an attack ends it."""
    with open_folder() as place:
        program = ours.build(builder.cache, place)
        with Stage(ours.system(program)) as made:
            yield made


LONG = (pytest.mark.slow, pytest.mark.timeout(90_000))  # seconds: a soak may last for a day
CASES = [
    pytest.param(attack, id=f"{attack.theme}: {attack.promise}", marks=LONG if attack.is_long else ())
    for attack in ALL
]


@pytest.mark.parametrize("attack", CASES)
def test_promise_is_kept(attack: Attack, stage: Stage) -> None:
    outcome = stage.attack(attack)
    if outcome.verdict == "does not apply":
        pytest.skip(outcome.detail)
    assert outcome.held and outcome.is_exact, outcome.detail


def test_no_promise_is_made_twice() -> None:
    promises = [attack.promise for attack in ALL]
    assert len(promises) == len({*promises})
