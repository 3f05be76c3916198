"""One backend at a time in a home: the next one waits until the one before is gone.

The program's own lock ends with the program. A backend whose program was
killed lives a little longer, to finish what it was asked, and meanwhile
nobody may change the files under it.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import BinaryIO

from launcher.errors import RuntimeFailure
from launcher.locking import lock

PATIENCE = 20.0  # seconds: longer than an orphaned backend drains
PAUSE = 0.02


class Turn:
    """The right to work in a home; the system takes it back when the process ends, however it ends."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def end(self) -> None:
        """Let the next one in."""
        self._file.close()


def take(path: Path, *, patience: float = PATIENCE) -> Turn:
    """Wait for the turn; raises RuntimeFailure when the one before does not end."""
    file = path.open("ab")
    deadline = time.monotonic() + patience
    # A worker that the app forks must not inherit it, for it may outlive the backend by far.
    while not lock(file, inherited=False):
        if time.monotonic() > deadline:
            file.close()
            raise RuntimeFailure(
                "The app was closed, but has not ended yet.", "Wait a little and start it again."
            )
        time.sleep(PAUSE)
    return Turn(file)


def path_in(private: Path) -> Path:
    """Return the file that is locked."""
    return private / f"turn{os.extsep}lock"
