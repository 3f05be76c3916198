"""The app's server: one socket on 127.0.0.1, bound once, and Waitress on it."""

from __future__ import annotations

import hashlib
import logging
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import waitress.server

from launcher import host
from launcher.errors import RuntimeFailure
from launcher.serving.policy import ADDRESS
from launcher.serving.steady import keep_steady

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# Below the ephemeral ranges of all three systems (Linux starts at 32768).
FIRST_PORT, LAST_PORT = 20000, 32767
READS = ("GET", "HEAD", "OPTIONS")


def preferred_port(identifier: str) -> int:
    """Return the app's stable port: the origin contains it, and with it localStorage."""
    digest = hashlib.sha256(identifier.encode()).digest()
    return FIRST_PORT + int.from_bytes(digest[:4], "big") % (LAST_PORT - FIRST_PORT + 1)


def bind(identifier: str, *, port: int | None = None, memory: Path | None = None) -> socket.socket:
    """Bind and listen at `port` exactly, or at the app's stable port or the next free one.

    `memory` is a file that remembers the port which this app got the last time,
    so that a fallback stays the app's address afterwards. Raises RuntimeFailure
    when `port` is taken, or nothing is free.
    """
    if port is not None:
        try:
            return _listen(port)
        except OSError as error:
            raise RuntimeFailure(
                f"Port {port} cannot be used: {error.strerror or error}.",
                "Choose another with --port, or leave it out.",
            ) from error
    for candidate in _candidates(identifier, memory):
        try:
            bound = _listen(candidate)
        except OSError:  # taken, or reserved by the system (Windows: 10013)
            continue
        if memory is not None:
            with suppress(OSError):  # of a full disk others will tell; this is no port's fault
                memory.write_text(str(candidate), encoding="ascii")
        return bound
    raise RuntimeFailure(
        f"No port between {FIRST_PORT} and {LAST_PORT} is free.",
        "Restart the computer and try again.",
    )


def usual_port(identifier: str, memory: Path) -> int:
    """Return the port at which the app is to be found, unless it is taken."""
    return _candidates(identifier, memory)[0]


def _candidates(identifier: str, memory: Path | None) -> list[int]:
    first = preferred_port(identifier)
    ports = [
        FIRST_PORT + (first - FIRST_PORT + step) % (LAST_PORT - FIRST_PORT + 1)
        for step in range(200)
    ]
    with suppress(OSError, ValueError):
        remembered = int(memory.read_text(encoding="ascii")) if memory is not None else 0
        if FIRST_PORT <= remembered <= LAST_PORT:
            ports.insert(0, remembered)
    return ports


def _listen(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if host.WINDOWS:
            # There SO_REUSEADDR would let another process take the port over.
            bound.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_EXCLUSIVEADDRUSE"), 1)  # noqa: B009
        else:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((ADDRESS, port))
        bound.listen(1024)
    except OSError:
        bound.close()
        raise
    return bound


class Server:
    """Waitress on a bound socket, in threads of its own."""

    def __init__(
        self, app: WSGIApplication, bound: socket.socket, *, threads: int, max_body: int
    ) -> None:
        # Formatted and written for every request that finds no idle thread: costs more than it tells.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        keep_steady()
        self._waitress: Any = waitress.server.create_server(
            app,
            sockets=[bound],
            threads=threads,
            max_request_body_size=max_body,
            max_request_header_size=32768,
            connection_limit=400 if host.WINDOWS else 1000,
            asyncore_use_poll=not host.WINDOWS,
            channel_timeout=300,
            clear_untrusted_proxy_headers=True,
        )
        # No Server header, but a string in the app's environment: None, which is all that the
        # argument can say, breaks the apps that look whose server it is.
        self._waitress.adj.ident = ""
        self._thread = threading.Thread(target=self._waitress.run, name="server", daemon=True)

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def stop(self, *, reads: float, writes: float) -> int:
        """Accept no more, let what is in flight finish, and return how many requests were cut.

        Whoever reads gets `reads` seconds, whoever writes `writes`: an endless
        stream must not hold the end up, a half-saved form must not be lost.
        """
        # In the server's own thread: closing a socket that is being polled looks like a fault to it.
        self._waitress.trigger.pull_trigger(self._close_listener)
        begin = time.monotonic()
        while left := self._in_flight():
            elapsed = time.monotonic() - begin
            if elapsed > writes or (elapsed > reads and all(method in READS for method in left)):
                return len(left)
            time.sleep(0.02)
        return 0

    def _close_listener(self) -> None:
        self._waitress.accepting = False
        self._waitress.del_channel()
        self._waitress.socket.close()

    def _in_flight(self) -> list[str]:
        """List the methods of requests that are being worked on or sent out."""
        methods: list[str] = []
        for channel in list(self._waitress.active_channels.values()):
            for request in list(channel.requests):
                methods.append(request.command)
            if not channel.requests and channel.total_outbufs_len:
                methods.append("GET")
            if channel.request is not None and channel.request.headers_finished:
                methods.append(channel.request.command)  # its body is still coming in
        return methods
