"""Asking a server: as a browser that was let in, and as whoever writes raw bytes."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

DEADLINE = 60.0  # seconds; a server that never answers must not hold the tests up


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names are in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    def header(self, name: str) -> str | None:
        """Return a header's value, or None."""
        return dict(self.headers).get(name.lower())


def ask(
    port: int,
    path: str = "/",
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """Ask 127.0.0.1 at `port` once; Host is what a browser would send unless given."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    try:
        connection.request(method, path, body=body, headers={**(headers or {})})
        return answer_of(connection)
    finally:
        connection.close()


def answer_of(connection: http.client.HTTPConnection) -> Answer:
    """Read the answer that a connection owes."""
    with connection.getresponse() as response:
        named = tuple((name.lower(), value) for name, value in response.getheaders())
        return Answer(response.status, named, response.read())


def exchange(port: int, sent: bytes) -> bytes:
    """Send bytes, and return all that comes back until the server closes."""
    received = b""
    with (
        socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as connection,
        suppress(ConnectionResetError, BrokenPipeError),
    ):
        connection.sendall(sent)
        with suppress(OSError):  # refused before all of it was sent
            connection.shutdown(socket.SHUT_WR)
        while data := connection.recv(65536):
            received += data
    return received


def request_bytes(*lines: str, body: bytes = b"") -> bytes:
    """Write a request as it goes over the wire."""
    return "\r\n".join((*lines, "", "")).encode("latin-1") + body


class Visitor:
    """A browser that entered by a ticket and keeps its cookies."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname == "127.0.0.1"
        assert parts.port is not None
        self.port = parts.port
        self.cookies: dict[str, str] = {}
        self.entered = self.ask(f"{parts.path}?{parts.query}")
        assert self.entered.status == 303, self.entered

    def ask(self, path: str = "/", *, method: str = "GET", body: bytes | None = None) -> Answer:
        """Ask with the cookies that were set so far."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookie} if cookie else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        found = ask(self.port, path, method=method, headers=headers, body=body)
        for name, value in found.headers:
            if name == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return found
