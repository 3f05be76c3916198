"""Few are worked for at the same moment, and nobody waits long for who waits himself."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest

from launcher.sharing import turns
from launcher.sharing.turns import AT_ONCE, Turns
from tests.support.asking import DEADLINE


def test_no_more_have_a_turn_than_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONG", DEADLINE)  # on a busy machine the shortest can take long
    made, lock = Turns(), threading.Lock()
    now, most = 0, 0

    def work() -> None:
        nonlocal now, most
        for _ in range(200):
            with made.turn():
                with lock:
                    now += 1
                    most = max(most, now)
                with lock:
                    now -= 1

    running = [threading.Thread(target=work) for _ in range(16)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    assert most == AT_ONCE


def test_who_takes_long_holds_nobody_up() -> None:
    made, over = Turns(), threading.Event()
    begun = [threading.Event() for _ in range(8)]

    def wait(mine: threading.Event) -> None:
        with made.turn():
            mine.set()
            over.wait(DEADLINE)

    running = [threading.Thread(target=wait, args=(one,)) for one in begun]
    for one in running:
        one.start()
    try:
        assert all(one.wait(DEADLINE) for one in begun), "all are waiting at the same time"
        with made.turn():
            pass
    finally:
        over.set()
        for one in running:
            one.join()
    assert made._since == {}


def test_error_gives_the_turn_back() -> None:
    made = Turns()
    for _ in range(AT_ONCE + 1):
        with suppress(ValueError), made.turn():
            raise ValueError
    assert made._since == {}
