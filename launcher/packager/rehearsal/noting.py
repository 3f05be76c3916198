"""What is known of a rehearsed app, written down as it happens, and whose doing it was.

Each thing is written once, as one line of JSON, at the moment when it happens: nothing is lost where the
process is killed, and forked children write into the same file. Only the standard library is imported here.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from types import FrameType
from typing import Any

MOST_LINES = 20_000  # of one kind: an app may well write a million files
# Parts of the standard library that try a program and do as well without it.
TRYING = ("platform.py", f"ctypes{os.sep}util.py", "uuid.py")
LIBRARY = os.path.join(os.path.dirname(os.__file__), "")
ENVIRONMENTS = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")
HERE = os.path.dirname(__file__)
AUDIT = tuple(os.path.join(HERE, name) for name in ("noting.py", "auditing.py", "reaching.py"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where lines go, where the project's copy is, where writing is refused and allowed, and our own code.

    Folders are real paths and end with a separator. Nothing is written outside of `root`, `scratch` and
    `free`, and nothing in `closed` even where that lies in `free`.
    """

    file: str
    root: str
    scratch: str
    closed: tuple[str, ...]
    free: tuple[str, ...]
    ours: tuple[str, ...]


class Notes:
    """What was seen, each thing once."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._seen: dict[str, set[tuple[Any, ...]]] = {}

    def note(self, kind: str, *words: Any) -> bool:
        """Write a line once; always False: nothing was refused."""
        if None in words:
            return False  # it was our own doing
        seen = self._seen.setdefault(kind, set())
        if words in seen or len(seen) >= MOST_LINES:
            return False
        seen.add(words)
        line = json.dumps([kind, *words]) + "\n"
        # Opened each time: a program that goes into the background closes whatever it finds open.
        file = os.open(self.place.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, line.encode())
        finally:
            os.close(file)
        return False

    def by(self, frame: FrameType | None = None) -> str | None:
        """Say whose doing it is: a line of the project, else a package of its environment, else nothing.

        None where it is our own.
        """
        through = ""
        frame = frame or sys._getframe(1)
        while frame is not None:
            file = frame.f_code.co_filename
            if file.startswith(self.place.root):
                return f"{file[len(self.place.root) :].replace(os.sep, '/')}, line {frame.f_lineno}"
            if file.startswith(self.place.ours) and file not in AUDIT:
                return through or None
            if not through and not self._is_python_s(file):
                through = str(frame.f_globals.get("__name__", "")).partition(".")[0]
            frame = frame.f_back
        return through

    def _is_python_s(self, file: str) -> bool:
        """Tell whether a file is of the standard library; installed packages may lie below it."""
        if file in AUDIT:
            return True
        return file.startswith(("<", LIBRARY)) and not any(folder in file for folder in ENVIRONMENTS)

    def is_trying(self) -> bool:
        """Tell whether the standard library only tries something."""
        frame = sys._getframe(2)
        for _ in range(12):
            if frame.f_code.co_filename.endswith(TRYING):
                return True
            if frame.f_back is None:
                return False
            frame = frame.f_back
        return False


def text(value: Any) -> str:
    """Return what the app handed to Python as a path or a name, as text."""
    value = os.fspath(value)
    return os.fsdecode(value) if isinstance(value, bytes) else str(value)


def full(path: str) -> str:
    """Return a path as it is meant from the working directory of now."""
    return os.path.normpath(path if os.path.isabs(path) else os.path.join(os.getcwd(), path))
