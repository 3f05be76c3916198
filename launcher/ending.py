"""How the app's process ends: in order where it can, at once where nobody is left to tell it to."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

from launcher.logs import Log

EXIT_DEADLINE = 2.0  # seconds for what the app itself does at its end
ORPHANED = threading.Event()  # the program is gone, and with it who would end our children


def orphan(log: Path) -> None:
    """Note that the program is gone, for the end and in its log: what it said itself it could not write."""
    ORPHANED.set()
    with suppress(OSError):
        Log(log).note("the program was killed, crashed, or lost its screen: ending")


def leave(code: int) -> None:
    """End the process in order, and end it whatever threads the app left."""
    runner = threading.Thread(target=_run_exit_functions, daemon=True)
    runner.start()
    runner.join(EXIT_DEADLINE)
    with suppress(Exception):
        sys.stdout.flush()
        sys.stderr.flush()
    if ORPHANED.is_set():
        vanish()
    os._exit(code)


def leave_soon(code: int) -> None:
    """End the process after a moment, unless it has ended by then."""
    timer = threading.Timer(EXIT_DEADLINE, leave, (code,))
    timer.daemon = True
    timer.start()


def vanish() -> None:
    """End at once, with everything that the app has started."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _run_exit_functions() -> None:
    with suppress(BaseException):
        atexit._run_exitfuncs()
