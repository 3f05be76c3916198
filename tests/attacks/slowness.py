"""Connections that are held: idle ones, dripping ones, streams, and many at once."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from tests.attacks.holding import ASKED, DEADLINE, Dripping, Window, ask_all, held, send_to_all
from tests.attacks.vocabulary import ADDRESS, Attack, Outcome, Target, mark
from tests.attacks.wire import lines, own_head

CLOSED_WITHIN = 20.0  # seconds after which nobody sends a head any more; we promise ten
BODIES_CLOSED_WITHIN = 60.0  # a body may be slow for thirty


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


def crowd(seconds: float, target: Target) -> Outcome:
    """Hold 1100 idle and 400 dripping connections, made anew where they were closed, and ask meanwhile."""
    window, end = Window(), time.monotonic() + seconds
    while time.monotonic() < end and len(window.failures) < 2:
        with (
            held(target, 1100),
            held(target, 400) as connections,
            Dripping(connections, _slow_head(target)) as dripping,
        ):
            while dripping.open and time.monotonic() < end and len(window.failures) < 2:
                window.ask(target, 10)
    return window.outcome(f" of {len(window.seconds)} pages")


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
        send_to_all(connections, head)
        with Dripping(connections, b"a" * 1000):
            window.ask(target)
    return window.outcome()


def closed_bodies(target: Target) -> Outcome:
    """Send bodies by the byte, with the session, and see how long that may last."""
    head = own_head(target, f"POST /upload/{mark()} HTTP/1.1", "Content-Length: 100000")
    with held(target, 100) as connections:
        send_to_all(connections, head)
        with Dripping(connections, b"a" * 1000) as dripping:
            left = dripping.wait_until_closed(BODIES_CLOSED_WITHIN)
    return _closed(left, BODIES_CLOSED_WITHIN)


def burst(target: Target) -> Outcome:
    """Ask a thousand times at the same moment."""
    head = own_head(target, "GET /quick HTTP/1.1", "Connection: close")
    begin = time.monotonic()
    received = ask_all(target, 1000, head, deadline=begin + 30)
    took = time.monotonic() - begin
    good = sum(data.startswith(b"HTTP/1.1 200") or data.startswith(b"HTTP/1.0 200") for data in received)
    return Outcome("held" if good == 1000 else "got through", f"{good} of 1000 were 200, in {took:.1f} s")


def streams(target: Target) -> Outcome:
    """Hold sixteen streams of events, as sixteen tabs would, and ask for a page."""
    window = Window()
    with held(target, 16) as connections:
        send_to_all(connections, own_head(target, f"GET /stream/{mark()} HTTP/1.1"))
        window.ask(target)
    return window.outcome()


def slow_pages(target: Target) -> Outcome:
    """Hold thirty pages that take their time, and ask for a quick one."""
    window = Window()
    with held(target, 30) as connections:
        send_to_all(connections, own_head(target, "GET /slow/8.0 HTTP/1.1"))
        window.ask(target, 5)
    return window.outcome()


def kept_connection(target: Target) -> Outcome:
    """Send an upload in pieces, over a connection that the window has kept if it may, while a crowd comes."""
    size, pieces = 1_000_000, 20
    head = own_head(target, f"POST /upload/{mark()} HTTP/1.1", f"Content-Length: {size}")
    with _used_connection(target) as connection:
        try:
            connection.sendall(head)
            with held(target, 3000):
                for _ in range(pieces):
                    time.sleep(0.1)
                    connection.sendall(b"x" * (size // pieces))
                received = b""
                while not received.endswith(str(size).encode()) and (data := connection.recv(65536)):
                    received += data
        except OSError as error:
            return Outcome("got through", f"cut off: {type(error).__name__}", is_exact=False)
    is_whole = received.endswith(str(size).encode())
    return Outcome("held" if is_whole else "got through", "the whole upload" if is_whole else "cut off")


def _used_connection(target: Target) -> socket.socket:
    """Return a connection that a page came over; a new one where the server keeps none."""
    connection = socket.create_connection((ADDRESS, target.port), timeout=DEADLINE)
    connection.sendall(own_head(target, "GET /quick HTTP/1.1"))
    head = connection.recv(65536).lower()
    if head.startswith(b"http/1.0") or b"connection: close" in head:
        connection.close()
        connection = socket.create_connection((ADDRESS, target.port), timeout=DEADLINE)
    return connection


def flood(target: Target) -> Outcome:
    """Ask without a session from eight threads, on a new connection each time, as fast as they can."""
    window, over, asked = Window(), threading.Event(), Counter[str]()
    head = lines("GET /write/flood HTTP/1.1", f"Host: {target.host}", "Connection: close")

    def ask() -> None:
        while not over.is_set():
            with suppress(OSError), socket.create_connection((ADDRESS, target.port), timeout=1) as connection:
                connection.sendall(head)
                asked["times"] += bool(connection.recv(65536))

    attackers = [threading.Thread(target=ask) for _ in range(8)]
    for attacker in attackers:
        attacker.start()
    window.ask(target, 2 * ASKED)
    over.set()
    for attacker in attackers:
        attacker.join()
    return window.outcome(f"; {asked['times']} strangers were answered meanwhile")


def unread(target: Target) -> Outcome:
    """Ask for much and read nothing of it, as films do that were stopped."""
    window = Window()
    with held(target, 20) as connections:
        send_to_all(connections, own_head(target, "GET /large/50 HTTP/1.1"))
        window.ask(target)
    return window.outcome()


def _attack(promise: str, run: Callable[[Target], Outcome], *, is_long: bool = False) -> Attack:
    return Attack(promise, "slowness", run, is_long)


# Of what a server on the web must withstand, these tell one from another.
SERVED = (
    _attack("Pages come while 400 idle connections are held", partial(idle, 400)),
    _attack("Pages come while 400 connections drip", partial(dripping_heads, 400, 0.0)),
    _attack("Pages come while a hundred uploads drip", dripping_bodies),
    _attack("Pages come while answers are not read", unread),
    _attack("Heads that drip are closed in the end", closed_heads),
    _attack("A thousand who ask at once are all answered", burst),
)
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
    _attack("An upload of the window's goes on while a crowd comes", kept_connection),
    _attack("The window is answered while strangers ask without end", flood),
    _attack("A thousand who ask at once are all answered", burst),
    _attack(
        "The window is answered for a minute while 1100 idle and 400 dripping connections are held",
        partial(crowd, 60.0),
        is_long=True,
    ),
    _attack(
        "The window is answered while 400 connections drip for ten minutes",
        partial(dripping_heads, 400, 600.0),
        is_long=True,
    ),
    _attack("Uploads that drip are closed in the end", closed_bodies, is_long=True),
)
