"""Waitress's requests as they are read for a served app."""

from __future__ import annotations

import gc
import weakref

from waitress.adjustments import Adjustments

from launcher.hosting.forwarded import Trust
from launcher.hosting.listening import ServedGate
from launcher.hosting.policy import Policy


def test_request_that_is_broken_off_is_gone_with_its_body() -> None:
    """Its file would fill the disk until the collector happens to come by."""
    gate = ServedGate(Policy(frozenset(("example.org",))).judge, Trust(), "127.0.0.1", Adjustments())
    gate.received(b"POST / HTTP/1.1\r\nHost: example.org\r\nContent-Length: 9\r\n\r\nhalf")
    assert gate.verdict is not None and gate.verdict.allowed
    left = weakref.ref(gate)
    gc.disable()
    try:
        del gate
        assert left() is None
    finally:
        gc.enable()
