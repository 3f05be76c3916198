"""Devices that ask: digits of their own, few at a time, and each answered once."""

from __future__ import annotations

import pytest

from launcher.sharing import asking
from launcher.sharing.asking import EACH, OPEN, Questions


def test_digits_are_four_and_no_two_wait_with_the_same() -> None:
    for _ in range(100):
        made = Questions()
        found = [made.ask("A browser", f"10.0.0.{n}", f"secret {n}") for n in range(OPEN)]
        digits = [one.digits for one in found if one is not None]
        assert len({*digits}) == OPEN
        assert all(len(one) == 4 and one.isdigit() for one in digits)


def test_few_may_wait_and_fewer_of_one_address() -> None:
    made = Questions()
    assert all(made.ask("A", "10.0.0.1", f"{n}") for n in range(EACH))
    assert made.ask("A", "10.0.0.1", "more") is None
    assert all(made.ask("A", f"10.0.1.{n}", f"other {n}") for n in range(OPEN - EACH))
    assert made.ask("A", "10.0.2.1", "one too many") is None
    assert len(made.waiting()) == OPEN


def test_question_is_answered_once() -> None:
    made = Questions()
    question = made.ask("A", "10.0.0.1", "secret")
    assert question is not None and made.of("secret") is question
    assert made.take(question.number) is question
    assert made.take(question.number) is None and made.of("secret") is None


def test_device_that_was_refused_learns_it_and_may_not_be_let_in_by_it() -> None:
    made = Questions()
    question = made.ask("A", "10.0.0.1", "secret")
    assert question is not None
    made.take(question.number)
    made.refuse(question)
    seen = made.of("secret")
    assert seen is not None and not seen.waits
    assert made.waiting() == [] and made.take(question.number) is None


def test_silence_is_a_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PATIENCE", 0.0)
    made = Questions()
    question = made.ask("A", "10.0.0.1", "secret")
    assert question is not None and not question.waits
    assert made.waiting() == [] and made.take(question.number) is None
    assert made.give_up() == [question] and made.give_up() == [], "it is told once"
    seen = made.of("secret")
    assert seen is not None and not seen.waits


def test_old_questions_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "REMEMBERED", 0.0)
    monkeypatch.setattr(asking, "PATIENCE", 0.0)
    made = Questions()
    for number in range(1000):
        made.ask("A", "10.0.0.1", f"{number}")
    assert len(made._all) == 1


@pytest.mark.parametrize("secret", [None, "", "another"])
def test_nobody_asks_without_the_secret(secret: str | None) -> None:
    made = Questions()
    made.ask("A", "10.0.0.1", "secret")
    assert made.of(secret) is None
