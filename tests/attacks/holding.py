"""Connections in great number, and what the window experiences meanwhile."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.attacks.vocabulary import ADDRESS, Outcome, Target
from tests.attacks.wire import own_head

DEADLINE = 5.0  # seconds for one page of the window
ASKED = 25  # pages of the window during an attack
DRIP = 1.0  # seconds between two bytes


@dataclass
class Window:
    """What the window experienced: the seconds that pages took, and those that never came."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def ask(self, target: Target, times: int = ASKED) -> None:
        """Ask on new connections, as a window does that was idle; give up after two failures."""
        for _ in range(times):
            begin = time.monotonic()
            try:
                status = quick(target)
            except OSError as error:
                self.failures.append(type(error).__name__)
            else:
                self.seconds.append(time.monotonic() - begin)
                self.failures += [] if status == 200 else [str(status)]
            if len(self.failures) == 2:
                return
            time.sleep(0.05)

    def outcome(self, more: str = "", is_exact: bool = True) -> Outcome:
        """Judge by whether all pages came."""
        shown = f"{timed(self.seconds)}{more}"
        if self.failures:
            lost = f"no page within {DEADLINE:g} s: {', '.join(sorted(set(self.failures)))}"
            return Outcome("got through", f"{lost} ({shown})", is_exact=False)
        return Outcome("held", shown, is_exact)


def timed(seconds: list[float]) -> str:
    """Write down how long pages took, in milliseconds."""
    if not seconds:
        return "no page at all"
    ordered = sorted(seconds)
    p50, p99 = (ordered[int((len(ordered) - 1) * part)] * 1000 for part in (0.5, 0.99))
    return f"p50 {p50:.0f} ms, p99 {p99:.0f} ms, max {ordered[-1] * 1000:.0f} ms"


def quick(target: Target, *, deadline: float = DEADLINE) -> int:
    """Ask for a page on a connection of its own, and return the status."""
    with socket.create_connection((ADDRESS, target.port), timeout=deadline) as connection:
        connection.sendall(own_head(target, "GET /quick HTTP/1.1", "Connection: close"))
        received, end = b"", time.monotonic() + deadline
        while b"\r\n\r\n" not in received:
            connection.settimeout(max(0.01, end - time.monotonic()))
            data = connection.recv(4096)
            if not data:
                raise ConnectionResetError("closed without an answer")
            received += data
        return int(received.split(b" ")[1])


@contextmanager
def held(target: Target, count: int) -> Iterator[list[socket.socket]]:
    """Open connections that say nothing, however many the server takes."""
    connections: list[socket.socket] = []
    try:
        for _ in range(count):
            connection = socket.socket()
            connection.setblocking(False)
            connections.append(connection)
            with suppress(BlockingIOError):
                connection.connect((ADDRESS, target.port))
            if len(connections) % 100 == 0:
                time.sleep(0.02)  # not to fill the queue of the system, which would hide the server's
        yield connections
    finally:
        for connection in connections:
            connection.close()


class Dripping:
    """Sends one byte a second on every connection, and notes which the server closed."""

    def __init__(self, connections: list[socket.socket], text: bytes) -> None:
        self._text = text
        self._over = threading.Event()
        self.open = set(connections)
        self._thread = threading.Thread(target=self._drip)

    def __enter__(self) -> Dripping:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _drip(self) -> None:
        for place in range(len(self._text)):
            for connection in [*self.open]:
                if not self._is_open(connection):
                    self.open.discard(connection)
                    continue
                with suppress(OSError):
                    connection.send(self._text[place : place + 1])
            if self._over.wait(DRIP):
                return

    def _is_open(self, connection: socket.socket) -> bool:
        """Tell whether the server has neither answered nor hung up."""
        try:
            return bool(connection.recv(65536)) and False
        except BlockingIOError:
            return True
        except OSError:
            return False

    def wait_until_closed(self, seconds: float) -> int:
        """Wait until the server has closed all, and return how many it did not."""
        deadline = time.monotonic() + seconds
        while self.open and time.monotonic() < deadline:
            time.sleep(0.1)
        return len(self.open)


def send_to_all(connections: list[socket.socket], head: bytes) -> None:
    """Send the same over many connections."""
    for connection in connections:
        connection.settimeout(DEADLINE)
        with suppress(OSError):
            connection.sendall(head)
        connection.setblocking(False)


def ask_all(target: Target, count: int, head: bytes, *, deadline: float) -> list[bytes]:
    """Ask over many connections, each as soon as it is open, and return what came until the server closed."""
    received: dict[socket.socket, bytes] = {}
    with selectors.DefaultSelector() as selector:
        for _ in range(count):
            connection = socket.socket()
            connection.setblocking(False)
            with suppress(BlockingIOError):
                connection.connect((ADDRESS, target.port))
            received[connection] = b""
            selector.register(connection, selectors.EVENT_WRITE)
            _go_on(selector, head, received, 0)
        while selector.get_map() and time.monotonic() < deadline:
            _go_on(selector, head, received, 1)
    for connection in received:
        connection.close()
    return [*received.values()]


def _go_on(
    selector: selectors.BaseSelector, head: bytes, received: dict[socket.socket, bytes], seconds: float
) -> None:
    """Send and read what can be sent and read; a connection that the server closes is closed here, too."""
    for key, event in selector.select(seconds):
        assert isinstance(key.fileobj, socket.socket)
        data = b""
        with suppress(OSError):
            if event & selectors.EVENT_WRITE:
                key.fileobj.send(head)
                selector.modify(key.fileobj, selectors.EVENT_READ)
                continue
            data = key.fileobj.recv(65536)
        received[key.fileobj] += data
        if not data:
            selector.unregister(key.fileobj)
            key.fileobj.close()  # some servers wait for it
