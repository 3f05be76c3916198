"""Bytes on the wire, as no well-behaved client would send them."""

from __future__ import annotations

import re
import select
import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from tests.attacks.vocabulary import ADDRESS, Target

STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")
SILENCE = 1.0  # seconds after an answer in which a second one would have come
PATIENCE = 10.0  # seconds for the first


@dataclass(frozen=True, slots=True)
class Exchange:
    """All that came back over one connection."""

    received: bytes
    is_closed: bool
    sent: int = 0

    @property
    def statuses(self) -> list[int]:
        """The statuses of all answers, in their order."""
        return [int(found) for found in STATUS.findall(self.received)]

    @property
    def status(self) -> int:
        """The first status; 0 is a connection without any."""
        return next(iter(self.statuses), 0)


def lines(*texts: str) -> bytes:
    """Write the head of a request."""
    return "".join(f"{text}\r\n" for text in (*texts, "")).encode("latin-1")


def own_head(target: Target, first: str, *more: str) -> bytes:
    """Write the head of a request as the app's own page sends it, with the cookie."""
    return lines(first, f"Host: {target.host}", f"Cookie: {target.cookie}", *more)


def _ready(connection: socket.socket, is_sending: bool, limit: float) -> tuple[bool, bool]:
    """Wait until there is something to read, or room to send in; poll, for there are many descriptors."""
    poll = select.poll()
    poll.register(connection, select.POLLIN | (select.POLLOUT if is_sending else 0))
    events = dict(poll.poll(max(0.0, limit) * 1000)).get(connection.fileno(), 0)
    return bool(events & ~select.POLLOUT), bool(events & select.POLLOUT)


def exchange(
    target: Target,
    chunks: Iterable[bytes],
    *,
    patience: float = PATIENCE,
    silence: float = SILENCE,
) -> Exchange:
    """Send chunk by chunk while listening; stop when the server closes or has nothing more to say."""
    received, sent, waiting, last = b"", 0, iter(chunks), time.monotonic()
    buffer: memoryview | None = memoryview(next(waiting, b""))
    with socket.create_connection((ADDRESS, target.port), timeout=PATIENCE) as connection:
        connection.setblocking(False)
        while True:
            limit = last + (silence if STATUS.search(received) else patience) - time.monotonic()
            readable, writable = _ready(connection, buffer is not None, limit)
            if not readable and not writable:
                return Exchange(received, False, sent)
            try:
                if readable:
                    data = connection.recv(65536)
                    if not data:
                        return Exchange(received, True, sent)
                    received, last = received + data, time.monotonic()
                elif buffer is not None:
                    done = connection.send(buffer)
                    sent, buffer, last = sent + done, buffer[done:], time.monotonic()
                    if not buffer:
                        following = next(waiting, None)
                        buffer = None if following is None else memoryview(following)
            except BlockingIOError:
                continue
            except OSError:
                with suppress(OSError):
                    received += connection.recv(65536)
                return Exchange(received, True, sent)
