"""Connections are measured by a clock that only goes on, dates in answers by the day's."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

import waitress.channel
import waitress.server

from launcher.serving.steady import keep_steady
from tests.support.asking import ask
from tests.support.serving import CountingApp, listening, serving


def test_connections_are_measured_by_the_steady_clock() -> None:
    keep_steady()
    for module in (waitress.channel, waitress.server):
        before, now, after = time.monotonic(), module.time.time(), time.monotonic()
        assert before <= now <= after
        assert module.time.sleep is time.sleep


def test_answers_carry_the_day_s_date() -> None:
    with listening() as bound, serving(CountingApp(), bound):
        date = ask(bound.getsockname()[1]).header("date")
    assert date is not None
    assert abs(parsedate_to_datetime(date).timestamp() - time.time()) < 60
