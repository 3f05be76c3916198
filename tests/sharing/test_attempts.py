"""Who is wrong too often has to wait, and nobody else."""

from __future__ import annotations

import pytest

from launcher.sharing import attempts
from launcher.sharing.attempts import Attempts


def test_sixth_wrong_try_of_a_minute_bars_its_address_alone() -> None:
    made = Attempts()
    assert [made.note("10.0.0.1") for _ in range(6)] == [0, 0, 0, 0, 0, 60]
    assert 0 < made.seconds_barred("10.0.0.1") <= 60
    assert made.seconds_barred("10.0.0.2") == 0
    assert made.note("10.0.0.2") == 0


def test_tries_of_long_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "WITHIN", 0.0)
    made = Attempts()
    assert [made.note("10.0.0.1") for _ in range(20)] == [0] * 20


def test_bar_is_lifted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "BARRED", 0.0)
    made = Attempts()
    for _ in range(6):
        made.note("10.0.0.1")
    assert made.seconds_barred("10.0.0.1") == 0
    assert made.note("10.0.0.1") == 0, "from the beginning again"


def test_whole_network_of_liars_fills_no_memory() -> None:
    made = Attempts()
    for number in range(5000):
        for _ in range(6):
            made.note(f"fd00::{number:x}")
    assert len(made._wrong) <= attempts.ADDRESSES and len(made._barred) <= attempts.ADDRESSES
