"""What an app does while it is rehearsed, seen by an audit hook inside its own process.

Files that C libraries open by themselves (SQLite's journals, a database's own client) raise no event. The
hook is asked hundreds of thousands of times and cannot be removed. It must be cheap, must not fail, and must
not look at what it does itself. Only the standard library is imported here.
"""

from __future__ import annotations

import errno
import os
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from launcher.packager.rehearsal.noting import Notes, Place, full, text
from launcher.packager.rehearsal.reaching import Reaching

Values = tuple[Any, ...]

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# Events of files that change: where in their values the path is, and where the folder it is relative to.
CHANGES = {
    "os.remove": ((0, 1),),
    "os.rmdir": ((0, 1),),
    "os.mkdir": ((0, 2),),
    "os.rename": ((0, 2), (1, 3)),
    "os.link": ((1, 3),),
    "os.symlink": ((1, 2),),
    "os.chmod": ((0, 2),),
    "os.chown": ((0, 3),),
    "os.utime": ((0, 3),),
    "os.truncate": ((0, None),),
}
TERMINALS = ("/dev/tty", "CON", "CONIN$")
DEVICES = ("/dev/", "/proc/", "/sys/")


class Audit:
    """The hook, and what it has seen."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._notes = notes = Notes(place)
        self._inside = threading.local()
        self._outside: set[str] = set()  # of what is read, asked once whose doing it is
        self._changed: set[tuple[str, bool]] = set()
        known = {sys.prefix, sys.base_prefix, place.root, place.scratch}
        self._known = tuple(os.path.join(folder, "") for folder in known)
        reaching = Reaching(notes)
        self._acts: dict[str, Callable[[Values], bool]] = {
            "open": self._open,
            "sqlite3.connect": self._database,
            "subprocess.Popen": lambda values: reaching.program(values[0], values[1], values[3]),
            "os.posix_spawn": lambda values: reaching.program(values[0], values[1], values[2]),
            "os.exec": lambda values: reaching.program(values[0], values[1], values[2]),
            "os.spawn": lambda values: reaching.program(values[1], values[2], None),
            "os.system": lambda values: reaching.program(None, values[0], None),
            "pty.spawn": lambda values: reaching.program(None, values[0], None),
            "os.startfile": lambda values: reaching.program(values[0], [values[0]], None),
            "os.fork": lambda values: notes.note("fork", notes.by()),
            "os.forkpty": lambda values: notes.note("fork", notes.by()),
            "socket.getaddrinfo": lambda values: reaching.name(values[0], values[1]),
            "socket.gethostbyname": lambda values: reaching.name(values[0], None),
            "socket.connect": reaching.connect,
            "socket.bind": reaching.bind,
            "builtins.input": lambda values: notes.note("terminal", "input()", notes.by()),
            **{event: partial(self._change, where) for event, where in CHANGES.items()},
        }

    def install(self) -> None:
        """See everything from now on, until the process ends."""
        sys.addaudithook(self._hook)

    def tell(self, kind: str, *words: Any) -> None:
        """Write something down that no event tells, as the doing of whoever called our caller."""
        self._notes.note(kind, *words, self._notes.by(sys._getframe(2)))

    def mark(self, kind: str) -> None:
        """Write down that something is so, whoever did it."""
        self._notes.note(kind)

    def _hook(self, event: str, values: Values) -> None:
        act = self._acts.get(event)
        if act is None or getattr(self._inside, "busy", False):
            return
        self._inside.busy = True
        try:
            refused = act(values)
        except Exception:  # whatever the app hands to Python must not fail because of us
            return
        finally:
            self._inside.busy = False
        if refused:
            raise PermissionError(
                errno.EACCES, "A rehearsal writes nothing outside of its scratch folder", text(values[0])
            )

    def _change(self, where: tuple[tuple[int, int | None], ...], values: Values) -> bool:
        refused = False
        for number, folder in where:
            path = values[number]
            if isinstance(path, int):
                continue
            handle = -1 if folder is None else values[folder]
            if handle != -1 and not os.path.isabs(text(path)):
                path = os.path.join(os.readlink(f"/proc/self/fd/{handle}"), text(path))
            refused |= self._write(path, itself=True)
        return refused

    def _open(self, values: Values) -> bool:
        path, flags = values[0], values[2]
        if isinstance(path, int) or path is None:
            return False
        if isinstance(flags, int) and flags & WRITING:
            if flags & os.O_RDWR and not flags & (os.O_TRUNC | os.O_EXCL):
                self._read(path)
            return self._write(path)
        # Whoever empties a folder opens those in it by their bare names.
        if values[1] is not None or os.path.isabs(path) or os.path.isfile(path):
            self._read(path)
        return False

    def _database(self, values: Values) -> bool:
        name = text(values[0])
        if not name or name == ":memory:":
            return False
        if name.startswith("file:"):
            parts = urlsplit(name)
            asked = parse_qs(parts.query)
            if asked.get("mode") == ["memory"] or parts.path == ":memory:":
                return False
            name = unquote(parts.path)
            if asked.get("mode") == ["ro"] or asked.get("immutable") == ["1"]:
                self._read(name)
                return False
        self._read(name)
        return self._write(name)

    def _read(self, path: Any) -> None:
        name = text(path)
        if name.endswith((".pyc", ".pyo")) or self._is_device(name):
            return
        whole = full(name)
        if not os.path.isabs(name):
            self._notes.note("relative", whole)
        if whole.startswith(self._known):
            self._notes.note("read", whole, "")
        elif whole not in self._outside:
            self._outside.add(whole)
            self._notes.note("read", whole, self._notes.by())

    def _write(self, path: Any, *, itself: bool = False) -> bool:
        """Note a file that is to change, `itself` or what it is a link to; tell whether that is refused."""
        name = text(path)
        whole = full(name)
        if "__pycache__" in whole or whole.endswith(".pyc") or self._is_device(name):
            return False  # bytecode is Python's own doing, as at every other start
        refused = self._is_refused(whole, itself)  # each time: what a link leads to can change
        if (whole, refused) in self._changed:
            return refused
        by = self._notes.by()
        if by is None:
            return False
        self._changed.add((whole, refused))
        if not os.path.isabs(name):
            self._notes.note("relative", whole)
        self._notes.note("refused" if refused else "write", whole, by)
        return refused

    def _is_device(self, name: str) -> bool:
        if name in TERMINALS:
            self._notes.note("terminal", name, self._notes.by())
        return name.startswith(DEVICES)

    def _is_refused(self, whole: str, itself: bool) -> bool:
        folder, name = os.path.split(whole)
        real = os.path.join(os.path.realpath(folder), name) if itself else os.path.realpath(whole)
        within, place = os.path.normcase(real) + os.sep, self._place
        if within.startswith((os.path.normcase(place.root), os.path.normcase(place.scratch))):
            return False
        return within.startswith(place.closed) or not within.startswith(place.free)
