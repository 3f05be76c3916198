"""Connections that are held: idle ones, dripping ones, streams, and many at once."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

from tests.attacks.vocabulary import ADDRESS, Attack, Outcome, Target, mark
from tests.attacks.wire import own_head

DEADLINE = 5.0  # seconds for one page of the window
ASKED = 25  # pages of the window during an attack
DRIP = 1.0  # seconds between two bytes
CLOSED_WITHIN = 20.0  # seconds after which nobody sends a head any more; we promise ten
BODIES_CLOSED_WITHIN = 60.0  # a body may be slow for thirty


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
def held(target: Target, count: int, said: bytes = b"") -> Iterator[list[socket.socket]]:
    """Open connections that say nothing, or something at once, however many the server takes."""
    connections: list[socket.socket] = []
    try:
        for _ in range(count):
            connection = socket.socket()
            connection.setblocking(False)
            connections.append(connection)
            with suppress(BlockingIOError):
                connection.connect((ADDRESS, target.port))
            with suppress(OSError):
                connection.send(said)
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


def idle(count: int, target: Target) -> Outcome:
    """Hold connections that say nothing; more than a thousand of them are too many for select()."""
    window = Window()
    with held(target, count):
        window.ask(target)
    if not target.processes() or not target.is_alive():
        return Outcome("got through", "the server is gone", is_exact=False)
    return window.outcome()


def dripping_heads(count: int, seconds: float, target: Target) -> Outcome:
    """Send heads by the byte, on new connections where the server has closed the old."""
    window, begin = Window(), time.monotonic()
    while not window.failures and (not window.seconds or time.monotonic() - begin < seconds):
        with held(target, count) as connections, Dripping(connections, _slow_head(target)):
            window.ask(target, ASKED if not seconds else 10 * ASKED)
    return window.outcome()


def closed_heads(target: Target) -> Outcome:
    """Send heads by the byte, and see how long that may last."""
    with held(target, 100) as connections, Dripping(connections, _slow_head(target)) as dripping:
        left = dripping.wait_until_closed(CLOSED_WITHIN)
    return _closed(left, CLOSED_WITHIN)


def _slow_head(target: Target) -> bytes:
    return own_head(target, "GET /quick HTTP/1.1")[:-2] + b"X-Slow: " + b"a" * 1000


def _closed(left: int, seconds: float) -> Outcome:
    return Outcome(
        "got through" if left else "held", f"{left} of 100 still open after {seconds:g} s", not left
    )


def dripping_bodies(target: Target) -> Outcome:
    """Send bodies by the byte, with the session, on more connections than there are threads."""
    window, count = Window(), 100
    head = own_head(target, f"POST /upload/{mark()} HTTP/1.1", "Content-Length: 100000")
    with held(target, count) as connections:
        _send_to_all(connections, head)
        with Dripping(connections, b"a" * 1000):
            window.ask(target)
    return window.outcome()


def closed_bodies(target: Target) -> Outcome:
    """Send bodies by the byte, with the session, and see how long that may last."""
    head = own_head(target, f"POST /upload/{mark()} HTTP/1.1", "Content-Length: 100000")
    with held(target, 100) as connections:
        _send_to_all(connections, head)
        with Dripping(connections, b"a" * 1000) as dripping:
            left = dripping.wait_until_closed(BODIES_CLOSED_WITHIN)
    return _closed(left, BODIES_CLOSED_WITHIN)


def _send_to_all(connections: list[socket.socket], head: bytes) -> None:
    for connection in connections:
        connection.settimeout(DEADLINE)
        with suppress(OSError):
            connection.sendall(head)
        connection.setblocking(False)


def burst(target: Target) -> Outcome:
    """Ask a thousand times at the same moment."""
    head = own_head(target, "GET /quick HTTP/1.1", "Connection: close")
    begin = time.monotonic()
    with held(target, 1000, head) as connections:
        received = _read_all(connections, deadline=begin + 30)
    took = time.monotonic() - begin
    good = sum(data.startswith(b"HTTP/1.1 200") or data.startswith(b"HTTP/1.0 200") for data in received)
    return Outcome("held" if good == 1000 else "got through", f"{good} of 1000 were 200, in {took:.1f} s")


def _read_all(connections: list[socket.socket], *, deadline: float) -> list[bytes]:
    received = dict.fromkeys(connections, b"")
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection, selectors.EVENT_READ)
        while selector.get_map() and time.monotonic() < deadline:
            for key, _ in selector.select(1):
                assert isinstance(key.fileobj, socket.socket)
                try:
                    data = key.fileobj.recv(65536)
                except OSError:
                    data = b""
                received[key.fileobj] += data
                if not data:
                    selector.unregister(key.fileobj)
    return [*received.values()]


def streams(target: Target) -> Outcome:
    """Hold sixteen streams of events, as sixteen tabs would, and ask for a page."""
    window = Window()
    with held(target, 16) as connections:
        _send_to_all(connections, own_head(target, f"GET /stream/{mark()} HTTP/1.1"))
        window.ask(target)
    return window.outcome()


def slow_pages(target: Target) -> Outcome:
    """Hold thirty pages that take their time, and ask for a quick one."""
    window = Window()
    with held(target, 30) as connections:
        _send_to_all(connections, own_head(target, "GET /slow/8.0 HTTP/1.1"))
        window.ask(target, 5)
    return window.outcome()


def unread(target: Target) -> Outcome:
    """Ask for much and read nothing of it, as films do that were stopped."""
    window = Window()
    with held(target, 20) as connections:
        _send_to_all(connections, own_head(target, "GET /large/50 HTTP/1.1"))
        window.ask(target)
    return window.outcome()


def _attack(promise: str, run: Callable[[Target], Outcome], *, is_long: bool = False) -> Attack:
    return Attack(promise, "slowness", run, is_long)


ATTACKS = (
    *(
        _attack(f"The window is answered while {count} idle connections are held", partial(idle, count))
        for count in (100, 400, 1100, 3000)
    ),
    *(
        _attack(
            f"The window is answered while {count} connections drip",
            partial(dripping_heads, count, 0.0),
        )
        for count in (150, 400)
    ),
    _attack("Heads that drip are closed in the end", closed_heads),
    _attack("The window is answered while a hundred uploads drip", dripping_bodies),
    _attack("The window is answered while streams of events are open", streams),
    _attack("The window is answered while slow pages are made", slow_pages),
    _attack("The window is answered while answers are not read", unread),
    _attack("A thousand who ask at once are all answered", burst),
    _attack(
        "The window is answered while 400 connections drip for ten minutes",
        partial(dripping_heads, 400, 600.0),
        is_long=True,
    ),
    _attack("Uploads that drip are closed in the end", closed_bodies, is_long=True),
)
