"""One copy of an app per user: the first start owns it, the next ones raise its window."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from launcher.locking import lock
from launcher.serving.policy import ADDRESS, PREFIX

RAISE = PREFIX + "raise"
RUNNING = "running.json"


class Lock:
    """The lock that says which copy is the first."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def acquire(self) -> bool:
        """Take the lock if nobody holds it; tell whether it is ours now."""
        file = self._path.open("ab")
        if not lock(file):
            file.close()
            return False
        self._file = file
        return True

    def release(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            self._file.close()
            self._file = None


def announce(private: Path, port: int, token: str) -> None:
    """Leave word, for this user only, where the first copy can be asked to come forward."""
    path = private / RUNNING
    part = path.with_name(path.name + ".part")
    with suppress(FileNotFoundError):
        part.unlink()
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump({"port": port, "token": token}, file)
    part.replace(path)


def withdraw(private: Path) -> None:
    """Take back what `announce` left."""
    with suppress(OSError):
        (private / RUNNING).unlink()


def raise_first(private: Path, arguments: Sequence[str] | None = None, *, timeout: float = 2.0) -> bool:
    """Ask the running copy to come forward, or to start again with `arguments`; tell whether it will."""
    try:
        known = json.loads((private / RUNNING).read_text(encoding="ascii"))
        port, token = int(known["port"]), str(known["token"])
        body = b"" if arguments is None else json.dumps({"arguments": [*arguments]}).encode("ascii")
        # Written out: http.client would load the whole e-mail package at every start.
        lines = (
            f"POST {RAISE} HTTP/1.0",
            f"Host: {ADDRESS}:{port}",
            f"Authorization: Bearer {token}",
            f"Content-Length: {len(body)}",
        )
        with socket.create_connection((ADDRESS, port), timeout=timeout) as connection:
            connection.sendall("".join(line + "\r\n" for line in (*lines, "")).encode("ascii") + body)
            return connection.recv(64).split(b" ")[1:2] == [b"204"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
