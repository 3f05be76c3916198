"""A request to end is heard whatever the main thread is doing."""

from __future__ import annotations

import pytest

from launcher import host
from tests.support.processes import run_python

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="sends POSIX signals")

# The main thread holds the event's own lock nearly all the time: an action that
# ran there, between two of its lines, would wait for itself.
BUSY = """
import os, signal, sys, threading
from launcher.signals import on_ending
over, threads = threading.Event(), []
def action():
    threads.append(threading.current_thread() is threading.main_thread())
    over.set()
on_ending(action, lambda: threads.append("at once"))
for name in sys.argv[1:]:
    over.clear()
    with over._cond:
        os.kill(os.getpid(), getattr(signal, name))
        for _ in range(1000):
            pass
    assert over.wait(30)
print(threads)
"""


def test_action_runs_on_a_thread_of_its_own() -> None:
    done = run_python(BUSY, "SIGTERM", "SIGINT", "SIGHUP")
    assert (done.stdout, done.stderr) == ("[False, False, False]\n", "")


def test_same_signal_again_means_at_once_and_another_does_not() -> None:
    """Sessions that end send several, one right after the other, and what is being saved must not be lost."""
    # The one after it is heard in turn: then what came of the one before it is known.
    done = run_python(BUSY, "SIGTERM", "SIGHUP", "SIGTERM", "SIGINT")
    assert (done.stdout, done.stderr) == ("[False, False, False, 'at once', False]\n", "")


def test_signals_are_left_alone_until_they_are_asked_for() -> None:
    code = "import launcher.signals, signal; print(signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)"
    assert run_python(code).stdout == "True\n"
