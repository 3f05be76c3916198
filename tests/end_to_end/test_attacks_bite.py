"""The attacks can succeed: on servers that promise nothing, they do. Nothing else would prove anything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from launcher import host
from tests.attacks import browser, hosts, listeners, noise, origins, slowness, smuggling, tickets
from tests.attacks.stage import Stage
from tests.attacks.systems import rivals
from tests.attacks.table import ALL, written
from tests.attacks.vocabulary import Attack, Outcome, System

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.skipif(not host.LINUX, reason="the attackers look into /proc"),
]
SYSTEMS = {system.name: system for system in rivals.SYSTEMS}
# What the browser itself prevents, whatever the server does; and what a server keeps by saying nothing.
KEPT_BY_OTHERS = ("a service worker", "No answer permits", "own page is let in")


def biting() -> list[Attack]:
    """List the attacks that plain Waitress does not withstand, less those that take long to show it."""
    chosen = [*hosts.ATTACKS, *origins.ATTACKS, *browser.ATTACKS, *noise.ATTACKS, *tickets.ATTACKS[:2]]
    chosen += [one for one in smuggling.ATTACKS if "a length and chunks" in one.promise]
    chosen += [one for one in smuggling.ATTACKS if "behind one under a foreign name" in one.promise]
    chosen += [one for one in slowness.ATTACKS if "400 idle" in one.promise]
    leading_out = "Servers elsewhere"  # browsers name no more than the address by themselves
    return [one for one in chosen if not any(kept in one.promise for kept in (*KEPT_BY_OTHERS, leading_out))]


@pytest.fixture(scope="module")
def waitress() -> Iterator[Stage]:
    """Plain Waitress with the victim."""
    with Stage(SYSTEMS["waitress"]) as stage:
        yield stage


@pytest.mark.slow
@pytest.mark.parametrize("attack", biting(), ids=lambda attack: f"{attack.theme}: {attack.promise}")
def test_attack_gets_through_where_nobody_is_on_guard(attack: Attack, waitress: Stage) -> None:
    outcome = waitress.attack(attack)
    if outcome.verdict == "does not apply":
        pytest.skip(outcome.detail)
    assert outcome.verdict == "got through", outcome.detail


def test_listening_everywhere_is_seen() -> None:
    rival: System = SYSTEMS["flaskwebgui"]
    if rival.lacks:
        pytest.skip(rival.lacks)
    with Stage(rival) as stage:
        assert stage.attack(listeners.ATTACKS[0]).detail.startswith("0.0.0.0:")


def test_table_tells_what_was_kept_and_why_something_does_not_apply() -> None:
    first, second, third = ALL[:3]
    outcomes = {
        (first.promise, "ours"): Outcome("held", "403"),
        (second.promise, "ours"): Outcome("got through", "200 | reached"),
        (third.promise, "ours"): Outcome("does not apply", "it has none"),
    }
    table = written([first, second, third], ["ours"], outcomes).splitlines()
    assert table[:2] == ["| Promise | ours |", "|---|---|"]
    assert f"| {first.promise} | ✔ 403 |" in table
    assert f"| {second.promise} | ✘ 200 / reached |" in table
    assert "| **kept, of those that apply** | **1 of 2** |" in table
    assert table[-1] == f"- *{third.promise}* does not apply to ours: it has none."
