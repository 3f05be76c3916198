"""Locks on files that the system gives up by itself when their process ends, however it ends.

A library for this exists; the one in use everywhere imports asyncio, a tenth of
the time in which a packaged app has its window.
"""

from __future__ import annotations

import sys
from typing import BinaryIO


def lock(file: BinaryIO, *, inherited: bool = True) -> bool:
    """Lock an open file if nobody else has; tell whether it is ours now.

    Closing the file gives the lock back. Where `inherited` is not wanted, a process that is forked off
    has no part in the lock, and may outlive it.
    """
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            # flock is the open file's, lockf the process's.
            take = fcntl.flock if inherited else fcntl.lockf
            take(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
