"""A ticket opens once, within its time, whoever else tries at the same moment."""

from __future__ import annotations

import base64
import threading

from launcher.serving.tickets import LIFETIME, Tickets


def test_ticket_is_good_once() -> None:
    tickets = Tickets()
    ticket = tickets.issue()
    assert tickets.redeem(ticket)
    assert not tickets.redeem(ticket)


def test_ticket_is_256_random_bits() -> None:
    tickets = Tickets()
    issued = {tickets.issue() for _ in range(100)}
    assert len(issued) == 100
    assert {len(base64.urlsafe_b64decode(ticket + "=")) for ticket in issued} == {32}


def test_ticket_that_was_never_issued_is_refused() -> None:
    tickets = Tickets()
    ticket = tickets.issue()
    for wrong in ("", " ", ticket[:-1], ticket + "=", ticket.swapcase(), "\udcff", "é"):
        assert not tickets.redeem(wrong)
    assert tickets.redeem(ticket)


def test_ticket_of_another_launch_is_refused() -> None:
    assert not Tickets().redeem(Tickets().issue())


def test_ticket_is_refused_when_its_time_is_over() -> None:
    assert LIFETIME == 60.0
    tickets = Tickets(lifetime=0.0)
    assert not tickets.redeem(tickets.issue())


def test_forgotten_tickets_do_not_pile_up() -> None:
    tickets = Tickets(lifetime=0.0)
    for _ in range(1000):
        tickets.issue()
    assert len(tickets._expiry) == 1


def test_a_hundred_visitors_at_once_share_one_ticket_and_one_gets_in() -> None:
    tickets = Tickets()
    for _ in range(5):
        ticket, results = tickets.issue(), list[bool]()
        together = threading.Barrier(100)

        def try_it(ticket: str = ticket, results: list[bool] = results) -> None:
            together.wait()  # noqa: B023
            results.append(tickets.redeem(ticket))

        threads = [threading.Thread(target=try_it) for _ in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert results.count(True) == 1


def test_tickets_are_not_kept_in_the_clear() -> None:
    tickets = Tickets()
    ticket = tickets.issue()
    assert ticket.encode() not in b"".join(tickets._expiry)
    assert ticket not in repr(vars(tickets))
