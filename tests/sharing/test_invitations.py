"""Tickets let in as many devices as were meant, for as long as was meant, however many try at once."""

from __future__ import annotations

import threading

import pytest

from launcher.sharing import invitations
from launcher.sharing.invitations import Invitations


def rush(made: Invitations, ticket: str, threads: int = 50) -> int:
    """Let many use a ticket at the same moment; return how many it let in."""
    ready, found = threading.Barrier(threads), []

    def use() -> None:
        ready.wait()
        found.append(made.use(ticket))

    running = [threading.Thread(target=use) for _ in range(threads)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    return sum(found)


@pytest.mark.parametrize("uses", [1, 10])
def test_ticket_lets_in_as_many_as_were_meant_and_no_more(uses: int) -> None:
    made = Invitations()
    assert rush(made, made.issue(uses)) == uses


def test_ticket_for_those_who_ask_lets_anybody_ask() -> None:
    made = Invitations()
    assert rush(made, made.issue(None)) == 50


def test_looking_uses_nothing_up() -> None:
    made = Invitations()
    ticket = made.issue(1)
    assert all(made.is_good(ticket) for _ in range(100))
    assert made.use(ticket)
    assert not made.is_good(ticket)


def test_ticket_of_before_is_good_beside_the_next() -> None:
    made = Invitations()
    first, second = made.issue(1), made.issue(1)
    assert made.use(second) and made.use(first)


@pytest.mark.parametrize("ticket", ["", "x", "\udcff", "a" * 30_000])
def test_what_is_no_ticket_lets_nobody_in(ticket: str) -> None:
    made = Invitations()
    made.issue(None)
    assert not made.is_good(ticket) and not made.use(ticket)


def test_ticket_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "LIFETIME", 0.0)
    made = Invitations()
    ticket = made.issue(None)
    assert not made.is_good(ticket) and not made.use(ticket)


def test_ticket_is_long_and_nowhere_kept() -> None:
    made = Invitations()
    tickets = {made.issue(1) for _ in range(100)}
    assert len(tickets) == 100 and min(map(len, tickets)) >= 43  # 256 bits
    assert not any(ticket in repr(vars(made)) for ticket in tickets)
    assert invitations.FRESH < invitations.LIFETIME, "whoever gets it last has time left"
