"""Who answers a second start when the app's own process is gone: its user starts it once more, as he is told.

It understands the one request that a second start makes, and refuses all others.
"""

from __future__ import annotations

import hmac
import json
import secrets
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from launcher.serving import single
from launcher.serving.policy import ADDRESS

LARGEST = 1 << 17  # bytes of a request
PATIENCE = 2.0  # seconds for which one caller is listened to


class Keeper:
    """A door on a port of its own; `on_knock` gets the arguments of the second start, or None."""

    def __init__(self, private: Path, on_knock: Callable[[Sequence[str] | None], None]) -> None:
        self._on_knock = on_knock
        self._token = secrets.token_urlsafe(32)
        self._socket = socket.create_server((ADDRESS, 0))
        single.announce(private, self._socket.getsockname()[1], self._token)
        threading.Thread(target=self._keep, name="keeper", daemon=True).start()

    def close(self) -> None:
        """Answer no more."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in it
        self._socket.close()

    def _keep(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            with caller, suppress(OSError, ValueError, KeyError, TypeError):
                caller.settimeout(PATIENCE)
                self._answer(caller)

    def _answer(self, caller: socket.socket) -> None:
        received = b""
        while b"\r\n\r\n" not in received and len(received) < LARGEST:
            if not (more := caller.recv(65536)):
                return
            received += more
        head, _, body = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        fields = _fields(lines)
        expected = f"Bearer {self._token}"
        is_ours = hmac.compare_digest(fields.get("authorization", "").encode("latin-1"), expected.encode())
        if not first.startswith(f"POST {single.RAISE} ") or not is_ours:
            caller.sendall(b"HTTP/1.0 403 Forbidden\r\n\r\n")
            return
        size = min(int(fields.get("content-length", 0)), LARGEST)
        while len(body) < size and (more := caller.recv(65536)):
            body += more
        arguments = json.loads(body)["arguments"] if size else None
        caller.sendall(b"HTTP/1.0 204 No Content\r\n\r\n")
        self._on_knock(arguments)


def _fields(lines: Sequence[str]) -> dict[str, str]:
    """Read the header fields of a request."""
    pairs = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
