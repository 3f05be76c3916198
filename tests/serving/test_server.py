"""The socket is bound once, on this machine only, and what is in flight finishes."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from wsgiref.validate import validator

import psutil
import pytest

from launcher import host
from launcher.errors import RuntimeFailure
from launcher.serving.port import FIRST_PORT, LAST_PORT, bind, preferred_port
from launcher.serving.server import Server
from tests.support.asking import DEADLINE, Answer, ask, exchange, request_bytes
from tests.support.serving import everybody, listening, serving
from tests.support.waiting import until

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def port_of(bound: socket.socket) -> int:
    return int(bound.getsockname()[1])


def test_port_of_an_app_is_stable_and_below_the_ephemeral_ranges() -> None:
    ports = {preferred_port(f"org.example.app-{number}") for number in range(500)}
    assert len(ports) > 450
    assert min(ports) >= FIRST_PORT
    assert max(ports) <= LAST_PORT < 32768
    # Written out: another value would give every installed app another localStorage.
    assert preferred_port("org.example.quiz") == 25162


def test_socket_listens_on_this_machine_only() -> None:
    with bind("org.example.binding") as bound:
        mine = [
            connection.laddr
            for connection in psutil.Process().net_connections("inet")
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port_of(bound)
        ]
        assert [(address.ip, address.port) for address in mine] == [("127.0.0.1", port_of(bound))]


def test_app_gets_its_own_port_again_at_once() -> None:
    """Connections of the last run that are still closing must not move the app."""
    identifier = f"org.example.again-{os.getpid()}"
    with bind(identifier) as bound:
        first = port_of(bound)
        with (
            socket.create_connection(("127.0.0.1", first)) as client,
            bound.accept()[0] as accepted,
        ):
            accepted.close()
            client.recv(1)
    with bind(identifier) as bound:
        assert port_of(bound) == first


def test_taken_port_is_followed_by_the_next(tmp_path: Path) -> None:
    identifier = "org.example.neighbour"
    with bind(identifier) as first, bind(identifier) as second:
        assert port_of(second) != port_of(first)
        assert FIRST_PORT <= port_of(second) <= LAST_PORT


def test_fallback_stays_the_app_s_address(tmp_path: Path) -> None:
    identifier, memory = "org.example.moved", tmp_path / "port"
    with bind(identifier), bind(identifier, memory=memory) as second:
        moved = port_of(second)
    with bind(identifier, memory=memory) as later:
        assert port_of(later) == moved


@pytest.mark.parametrize("remembered", ["", "x", "80", "99999", "-1", "\xff"])
def test_spoilt_memory_is_no_obstacle(tmp_path: Path, remembered: str) -> None:
    memory = tmp_path / "port"
    memory.write_text(remembered, encoding="latin-1")
    with bind("org.example.spoilt", memory=memory) as bound:
        assert FIRST_PORT <= port_of(bound) <= LAST_PORT
        assert memory.read_text() == str(port_of(bound))


def test_port_asked_for_is_used_or_refused_never_replaced(tmp_path: Path) -> None:
    with listening() as other:
        port = port_of(other)
        with pytest.raises(RuntimeFailure, match=f"Port {port} cannot be used") as caught:
            bind("org.example.exact", port=port, memory=tmp_path / "port")
        assert "--port" in caught.value.todo
    with bind("org.example.exact", port=port) as bound:
        assert port_of(bound) == port


@pytest.mark.skipif(host.WINDOWS, reason="Windows has an option of its own for this")
def test_port_cannot_be_taken_over_while_it_is_ours() -> None:
    with bind("org.example.squatted") as bound, socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(OSError, match="in use"):
            squatter.bind(("127.0.0.1", port_of(bound)))
            squatter.listen()


class Holding:
    """An app whose requests to /hold stay until they are released."""

    def __init__(self) -> None:
        self.held = 0
        self.release = threading.Event()
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.input"].read()
        if environ["PATH_INFO"] == "/hold":
            with self._lock:
                self.held += 1
            assert self.release.wait(DEADLINE)
        start_response("200 OK", [("Content-Length", "4")])
        return [b"done"]


class Held:
    """A server of that app, and clients that ask it in the background."""

    def __init__(self, server: Server, app: Holding, port: int, pool: ThreadPoolExecutor) -> None:
        self.server = server
        self.app = app
        self.port = port
        self._pool = pool

    def hold(self, method: str = "GET", *, count: int = 1) -> list[Future[Answer]]:
        """Send requests that stay, and wait until all of them are in the app."""
        wanted = self.app.held + count
        found = [self._pool.submit(ask, self.port, "/hold", method=method) for _ in range(count)]
        until(lambda: self.app.held == wanted)
        return found

    def release_when_closed(self) -> threading.Thread:
        """Let the held requests go, from another thread, as soon as nobody listens any more."""

        def run() -> None:
            until(self.refuses)
            self.app.release.set()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def refuses(self) -> bool:
        """Tell whether nobody listens any more."""
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=DEADLINE).close()
        except OSError:
            return True
        return False


@pytest.fixture
def held() -> Iterator[Callable[[int], Held]]:
    """Return a function that serves the app with a number of threads."""
    app = Holding()
    with listening() as bound, ThreadPoolExecutor(64) as pool:
        made: list[Server] = []

        def make(threads: int) -> Held:
            made.append(server := Server(app, bound, everybody, threads=threads, max_body=1 << 20))
            server.start()
            return Held(server, app, port_of(bound), pool)

        yield make
        app.release.set()
        for server in made:
            server.stop(reads=DEADLINE, writes=DEADLINE)


def test_twenty_slow_requests_do_not_hold_up_the_next(held: Callable[[int], Held]) -> None:
    server = held(64)
    waiting = server.hold(count=20)
    assert ask(server.port, "/").text == "done"
    assert not any(one.done() for one in waiting)
    server.app.release.set()
    assert [one.result(DEADLINE).status for one in waiting] == [200] * 20


def test_stop_lets_a_write_finish(held: Callable[[int], Held]) -> None:
    server = held(4)
    (waiting,) = server.hold("POST")
    # As soon as nobody new is let in, the write in flight gets on.
    releaser = server.release_when_closed()
    assert server.server.stop(reads=0.0, writes=DEADLINE) == 0
    releaser.join()
    assert waiting.result(DEADLINE).text == "done"


def test_stop_does_not_wait_for_an_endless_read(held: Callable[[int], Held]) -> None:
    server = held(4)
    server.hold("GET")
    assert server.server.stop(reads=0.0, writes=DEADLINE) == 1


def test_stop_waits_for_a_read_as_long_as_it_is_given(held: Callable[[int], Held]) -> None:
    server = held(4)
    (waiting,) = server.hold("GET")
    releaser = server.release_when_closed()
    assert server.server.stop(reads=DEADLINE, writes=DEADLINE) == 0
    releaser.join()
    assert waiting.result(DEADLINE).status == 200


def test_stop_cuts_even_a_write_at_its_deadline(held: Callable[[int], Held]) -> None:
    server = held(4)
    server.hold("POST", count=2)
    assert server.server.stop(reads=0.0, writes=0.0) == 2


def test_stop_waits_for_a_body_that_is_still_coming_in(held: Callable[[int], Held]) -> None:
    server = held(4)
    lines = ("POST / HTTP/1.1", "Host: x", "Content-Length: 4", "Connection: close")
    with socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE) as client:
        client.sendall(request_bytes(*lines, body=b"ab"))
        until(lambda: server.server._in_flight() == ["POST"])
        stopping = ThreadPoolExecutor(1).submit(server.server.stop, reads=0.0, writes=DEADLINE)
        until(server.refuses)
        client.sendall(b"cd")
        assert client.recv(100).startswith(b"HTTP/1.1 200")
    assert stopping.result(DEADLINE) == 0


def test_stop_without_work_ends_at_once_and_lets_the_port_go(held: Callable[[int], Held]) -> None:
    server = held(4)
    assert ask(server.port).status == 200
    # A moment passes between the last byte of an answer and the end of its request.
    assert server.server.stop(reads=DEADLINE, writes=DEADLINE) == 0
    until(server.refuses)


def hello(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"hello"]


@pytest.fixture
def hello_port() -> Iterator[int]:
    with listening() as bound, serving(hello, bound):
        yield port_of(bound)


def test_server_does_not_say_what_it_is(hello_port: int) -> None:
    names = {name for name, _ in ask(hello_port).headers}
    added = {"x-content-type-options", "cross-origin-resource-policy"}
    assert names == {"content-length", "content-type", "date", *added}


def test_app_gets_an_environment_as_the_standard_asks_for() -> None:
    """Some apps look into SERVER_SOFTWARE at each request."""
    with listening() as bound, serving(validator(hello), bound):
        assert ask(port_of(bound)).body == b"hello"


def test_app_is_served_as_the_standard_says() -> None:
    def plain(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
        return [b"hello"]

    with listening() as bound, serving(validator(plain), bound):
        answer = ask(port_of(bound))
        assert (answer.status, answer.body) == (200, b"hello")


def test_body_beyond_the_limit_is_refused(hello_port: int) -> None:
    lines = ("POST / HTTP/1.1", "Host: x", f"Content-Length: {1 << 30}", "Connection: close")
    assert exchange(hello_port, request_bytes(*lines, body=b"start")).startswith(b"HTTP/1.1 413")


def test_header_beyond_the_limit_is_refused(hello_port: int) -> None:
    lines = ("GET / HTTP/1.1", "Host: x", "X: " + "x" * 40_000)
    received = exchange(hello_port, request_bytes(*lines))
    # The connection is closed with the rest unread, which may take the answer along.
    assert received == b"" or received.startswith(b"HTTP/1.0 431")
    assert ask(hello_port).text == "hello"


def test_four_hundred_silent_connections_do_not_keep_the_window_waiting(hello_port: int) -> None:
    """Waitress's own limit of a hundred let anybody freeze the window."""
    silent = [socket.create_connection(("127.0.0.1", hello_port), timeout=DEADLINE) for _ in range(400)]
    try:
        assert ask(hello_port).text == "hello"
    finally:
        for connection in silent:
            connection.close()
