"""Crowds of connections that owe us something, and the window among them."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from launcher.serving import connections
from launcher.serving.server import Server
from tests.support.asking import DEADLINE, ask, request_bytes
from tests.support.serving import Guarded, listening, serving
from tests.support.waiting import until

MOST = 20
DRIP = b"GET / HTTP/1.1\r\nX: "


class Crowded:
    """A guarded server that takes few connections, and those who crowd it."""

    def __init__(self, guarded: Guarded, server: Server, stack: ExitStack) -> None:
        self.guarded, self.server, self._stack = guarded, server, stack

    @property
    def held(self) -> int:
        return len(self.server._waitress.active_channels)

    def connect(self, sent: bytes = b"") -> socket.socket:
        """Connect, and send what there is."""
        client = self._stack.enter_context(
            socket.create_connection(("127.0.0.1", self.guarded.port), timeout=DEADLINE)
        )
        client.sendall(sent)
        return client

    def own(self, path: str = "/", *more: str, body: bytes = b"") -> bytes:
        """Return a request as the window makes it."""
        own = (f"Host: 127.0.0.1:{self.guarded.port}", f"Cookie: {self.guarded.cookie}")
        return request_bytes(f"{'POST' if more else 'GET'} {path} HTTP/1.1", *own, *more, body=body)

    def window_is_answered(self) -> bool:
        cookie = {"Cookie": self.guarded.cookie}
        return ask(self.guarded.port, headers=cookie).text == "hello"


@contextmanager
def _crowded() -> Iterator[Crowded]:
    with listening() as bound, ExitStack() as stack:
        guarded = Guarded(bound)
        with serving(guarded.guard, bound, guarded.policy.judge) as server:
            yield Crowded(guarded, server, stack)


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> Iterator[Crowded]:
    monkeypatch.setattr("launcher.serving.server.MOST", MOST)
    monkeypatch.setattr(connections, "LOOK", 0.05)
    with _crowded() as made:
        yield made


def is_closed(client: socket.socket) -> bool:
    """Tell whether the other side has closed; whatever it said before is read."""
    client.setblocking(False)
    try:
        while client.recv(65536):
            pass
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def hears(client: socket.socket, words: bytes) -> bytes:
    """Return what a client is told, as soon as it ends with some words."""
    received = b""
    while not received.endswith(words):
        received += client.recv(65536) or pytest.fail(f"closed after {received!r}")
    return received


@pytest.mark.parametrize("sent", [b"", b"G", DRIP])
def test_whoever_owes_the_longest_makes_room(crowded: Crowded, sent: bytes) -> None:
    crowd = []
    for count in range(MOST):
        crowd.append(crowded.connect(sent))
        until(lambda: crowded.held == count + 1)  # noqa: B023  asked at once
    assert crowded.window_is_answered()
    until(lambda: is_closed(crowd[0]))
    assert not any(is_closed(client) for client in crowd[2:])
    for _ in range(3 * MOST):
        crowded.connect(sent)
    assert crowded.window_is_answered()
    until(lambda: crowded.held <= MOST)


def test_window_s_own_connections_are_the_last_to_go(crowded: Crowded) -> None:
    own = crowded.connect(crowded.own())
    hears(own, b"hello")
    for _ in range(4 * MOST):
        crowded.connect()
    until(lambda: crowded.held <= MOST)
    own.sendall(crowded.own("/again"))
    hears(own, b"hello")
    assert crowded.guarded.app.calls == ["GET /", "GET /again"]


def test_upload_that_comes_in_outlives_a_crowd(crowded: Crowded) -> None:
    own = crowded.connect(crowded.own("/save", "Content-Length: 4", body=b"ab"))
    until(crowded.server._in_flight)
    for _ in range(4 * MOST):
        crowded.connect(DRIP)
    until(lambda: crowded.held <= MOST)
    own.sendall(b"cd")
    hears(own, b"hello")
    assert crowded.guarded.app.calls == ["POST /save"]


def test_drip_does_not_keep_a_connection_alive(
    crowded: Crowded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every byte is a sign of life, and the headers never come."""
    monkeypatch.setattr(connections, "HEADER", 0.3)
    dripping = crowded.connect(DRIP)

    def is_over() -> bool:
        try:
            dripping.setblocking(True)
            dripping.sendall(b"x")
        except OSError:
            return True
        return is_closed(dripping)

    until(is_over)


def test_body_that_drips_is_given_up(crowded: Crowded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "BODY_GRACE", 0.2)
    slow = crowded.connect(crowded.own("/save", "Content-Length: 9999", body=b"a"))
    until(lambda: is_closed(slow))
    assert crowded.guarded.app.calls == []


@pytest.mark.parametrize(("name", "of_stranger"), [("SILENT", True), ("IDLE", False)])
def test_silence_has_an_end(
    crowded: Crowded, monkeypatch: pytest.MonkeyPatch, name: str, of_stranger: bool
) -> None:
    monkeypatch.setattr(connections, name, 0.2)
    other = crowded.connect(b"" if not of_stranger else crowded.own())
    silent = crowded.connect(b"" if of_stranger else crowded.own())
    until(lambda: is_closed(silent))
    assert not is_closed(other), "it has the other kind's time"


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0])
def test_clock_that_is_set_ends_nothing_and_starts_nothing(
    crowded: Crowded, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    """An upload in its middle, a connection in use, and a drip whose end comes all the same."""
    own = crowded.connect(crowded.own())
    hears(own, b"hello")
    upload = crowded.connect(crowded.own("/save", "Content-Length: 4", body=b"ab"))
    until(lambda: crowded.held == 2)
    now: Callable[[], float] = time.time
    monkeypatch.setattr(time, "time", lambda: now() + jump)
    monkeypatch.setattr(connections, "HEADER", 0.3)
    dripping = crowded.connect(DRIP)
    until(lambda: is_closed(dripping))
    upload.sendall(b"cd")
    hears(upload, b"hello")
    own.sendall(crowded.own())
    hears(own, b"hello")


def test_thousand_connections_and_more_do_not_end_the_server() -> None:
    """With numbers beyond what `select` takes, Waitress's own loop raised an error and was gone."""
    import resource

    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed < 4096:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, most), most))
    try:
        with _crowded() as crowded:
            for _ in range(1100):
                crowded.connect()
            assert crowded.window_is_answered()
            until(lambda: crowded.held <= connections.MOST)
            assert crowded.window_is_answered()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))


def test_process_without_a_descriptor_left_goes_on(crowded: Crowded) -> None:
    """Accepting fails then; it must neither end nor spin."""
    import resource

    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    crowd = [crowded.connect() for _ in range(MOST // 2)]
    until(lambda: crowded.held == len(crowd))
    late = socket.socket()
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (late.fileno() + 1, most))
        late.connect(("127.0.0.1", crowded.guarded.port))
        late.settimeout(DEADLINE)
        late.sendall(crowded.own())
        assert hears(late, b"hello"), "the one that has owed the longest made room"
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
        late.close()
