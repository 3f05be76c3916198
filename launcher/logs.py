"""The app's log: a file in the app's folder that keeps its size, and streams that always exist."""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, TextIO

LIMIT = 2_000_000  # bytes a file
KEPT = 3  # older files: NAME.1 is the youngest


class Log:
    """A rotating log file, written whole lines at a time by any thread."""

    def __init__(self, path: Path, *, limit: int = LIMIT, kept: int = KEPT) -> None:
        self.path = path
        self._limit = limit
        self._kept = kept
        self._lock = threading.Lock()
        self._file = path.open("ab")

    def write(self, data: bytes) -> None:
        """Append bytes; a full disk loses the log, never the app."""
        with self._lock, suppress(OSError, ValueError):
            if self._file.tell() + len(data) > self._limit and self._file.tell():
                self._rotate()
            self._file.write(data)
            self._file.flush()

    def note(self, text: str) -> None:
        """Append a line of our own, with the time."""
        self.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} launcher: {text}\n".encode("utf-8", "replace"))

    def tail(self, size: int = 4000) -> str:
        """Return the end of the log."""
        with self._lock, suppress(OSError):
            data = self.path.read_bytes()[-size:]
            return data.decode("utf-8", "replace")
        return ""

    def close(self) -> None:
        """Write no more; what comes later is lost."""
        with self._lock, suppress(OSError):
            self._file.close()

    def pump(self, source: BinaryIO, copy: TextIO | None) -> threading.Thread:
        """Copy a pipe into the log, and into `copy` where there is one, until the pipe ends."""

        def run() -> None:
            with source:
                for line in iter(source.readline, b""):
                    self.write(line)
                    if copy is not None:
                        with suppress(OSError, ValueError):
                            copy.write(line.decode("utf-8", "replace"))
                            copy.flush()

        thread = threading.Thread(target=run, name="log", daemon=True)
        thread.start()
        return thread

    def _rotate(self) -> None:
        self._file.close()
        for number in range(self._kept, 0, -1):
            older = self.path.with_name(f"{self.path.name}.{number}")
            newer = self.path.with_name(f"{self.path.name}.{number - 1}") if number > 1 else self.path
            if newer.exists():
                newer.replace(older)
        self._file = self.path.open("ab")


def ensure_streams() -> None:
    """Give the process the standard streams that a windowed program is started without."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = open(os.devnull, mode, encoding="utf-8", errors="replace")  # noqa: SIM115
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)
