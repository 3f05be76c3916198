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


# The signal comes to another thread, as it may where the main one is about to wait: nothing wakes that one.
WAITING = """
import os, signal, threading, time
from launcher.signals import on_ending
over = threading.Event()
on_ending(over.set, lambda: print("at once"))
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
def send():
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    time.sleep(0.3)  # by then the main thread waits; where it does not, nothing is tried and nothing fails
    os.kill(os.getpid(), signal.SIGTERM)
    print(over.wait(5))
other = threading.Thread(target=send)
other.start()
other.join()  # no signal ends this
"""


def test_signal_is_heard_while_the_main_thread_waits_for_something_else() -> None:
    done = run_python(WAITING)
    assert (done.stdout, done.stderr) == ("True\n", "")


@pytest.mark.parametrize("times", [1, 2])
def test_signal_counts_once_whoever_tells_of_it(times: int) -> None:
    done = run_python(BUSY, *["SIGTERM"] * times)
    assert done.stdout == f"{[False] if times == 1 else [False, False, 'at once']}\n"


def test_signals_are_left_alone_until_they_are_asked_for() -> None:
    code = "import launcher.signals, signal; print(signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)"
    assert run_python(code).stdout == "True\n"
