"""Whether the last start of the native window ended the whole program, so that the next one does without.

A web view is a large library of the machine's, and graphics drivers come with it: where one of them
crashes, no exception is raised and nothing can be caught. A file that is there only while the window
starts tells the next start; into it Python's own fault handler writes what it saw.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

NAME = "window-starts"
FORGOTTEN = 7 * 24 * 3600.0  # seconds: a driver or a library may have been mended since
# Without a fault a program may have been killed, or the power have failed; but hardly twice in a row.
UNEXPLAINED = 2
TRAP = getattr(signal, "SIGTRAP", None)  # how Chromium's engine ends itself


class Attempt:
    """One start of the native window, and what is left of the last."""

    def __init__(self, folder: Path, version: str) -> None:
        self._path = folder / NAME
        self._version = version
        self._file: int | None = None

    def died_before(self) -> str:
        """Say how the last start of this version died, if it did and that is not long ago."""
        seen = self._seen()
        if seen is None:
            return ""
        times, fault = seen
        if fault:
            return f"the native window crashed the last time ({fault})"
        if times >= UNEXPLAINED:
            return f"the native window did not come the last {times} times"
        return ""

    def begin(self) -> None:
        """Note that the window starts; what crashes from here on is seen by the next start."""
        seen = self._seen()
        times = seen[0] if seen else 0
        with suppress(OSError):  # a full disk keeps nobody from the window
            self._path.unlink(missing_ok=True)
            self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            os.write(self._file, f"{times + 1} {self._version}\n".encode())
            faulthandler.enable(self._file, all_threads=False)
            if TRAP is not None and hasattr(faulthandler, "register"):
                faulthandler.register(TRAP, self._file, all_threads=False, chain=True)

    def end(self) -> None:
        """Note that the window has come, or that something else took its place; more than once is no harm."""
        if self._file is None:
            return
        faulthandler.disable()
        if TRAP is not None and hasattr(faulthandler, "unregister"):
            faulthandler.unregister(TRAP)
        descriptor, self._file = self._file, None
        os.close(descriptor)
        with suppress(OSError):
            self._path.unlink()

    def _seen(self) -> tuple[int, str] | None:
        """Return how often in a row this version's window did not come, and the fault if one was seen."""
        try:
            if time.time() - self._path.stat().st_mtime > FORGOTTEN:
                return None
            first, _, rest = self._path.read_text(encoding="utf-8", errors="replace").partition("\n")
            times, _, version = first.partition(" ")
            if version != self._version:
                return None
            return int(times), rest.partition("\n")[0].removeprefix("Fatal Python error: ").strip()
        except (OSError, ValueError):
            return None
