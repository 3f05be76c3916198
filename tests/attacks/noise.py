"""Mangled requests by the thousand: without the session, no arrangement of bytes may reach the app.

`LAUNCHER_NOISE_SEED` sends the same ones again; the outcome names it.
"""

from __future__ import annotations

import os
import random
import select
import time
from contextlib import suppress

from tests.attacks.holding import held
from tests.attacks.vocabulary import Attack, Outcome, Target
from tests.attacks.wire import STATUS, lines

TIMES, AT_ONCE = 4000, 100
PATIENCE = 0.25  # seconds for answers to a hundred; many are incomplete, and get none
PIECES = (
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
    b" ",
    b"\t",
    b":",
    b"%00",
    b"%0d%0a",
    b"//",
    b"/../",
    b"?",
    b"#",
    b"HTTP/1.0",
    b"HTTP/0.9",
    b"GET / HTTP/1.1\r\n",
    b"Content-Length: 5\r\n",
    b"Content-Length: 0\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Connection: keep-alive\r\n",
    b"Expect: 100-continue\r\n",
    b"Upgrade: h2c\r\n",
    b"X-Forwarded-Host: evil.example\r\n",
    b"Forwarded: for=127.0.0.1\r\n",
    b"0\r\n\r\n",
    bytes(range(128, 160)),
)


def originals(target: Target) -> list[bytes]:
    """Write requests of strangers, each nearly right in another way."""
    host, name = f"Host: {target.host}", f"app_{target.port}"
    bearer = "Authorization: Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    return [
        lines("GET /write/noise HTTP/1.1", host),
        lines("GET /write/noise HTTP/1.1", host, f"Cookie: {name}=", "Sec-Fetch-Site: same-origin"),
        lines("POST /write/noise HTTP/1.1", host, f"Origin: {target.origin}", "Content-Length: 3") + b"a=1",
        lines("POST /upload/noise HTTP/1.1", host, "Transfer-Encoding: chunked") + b"3\r\na=1\r\n0\r\n\r\n",
        lines("GET /.launcher/enter?AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA HTTP/1.1", host),
        lines("POST /.launcher/raise HTTP/1.1", host, bearer, "Content-Length: 0"),
        lines("PRI * HTTP/2.0") + b"SM\r\n\r\n",
        lines("CONNECT 127.0.0.1:80 HTTP/1.1", host),
        lines("OPTIONS * HTTP/1.1", host),
    ]


def mangled(pick: random.Random, whole: list[bytes]) -> bytes:
    """Change a request at a few places, or put two of them together."""
    data = bytearray(pick.choice(whole))
    for _ in range(pick.randrange(1, 7)):
        place = pick.randrange(len(data) + 1)
        kind = pick.randrange(5)
        if kind == 0:
            data[place:place] = pick.choice(PIECES)
        elif kind == 1:
            data[place : place + 1] = bytes([pick.randrange(256)])
        elif kind == 2:
            del data[place : place + pick.randrange(1, 10)]
        elif kind == 3:
            data[place:place] = data[pick.randrange(len(data) + 1) :][:40]
        else:
            data += pick.choice(whole)
    return bytes(data)


def strangers(target: Target) -> Outcome:
    """Send thousands, and see that the app was not asked once, and nothing but refusals came back."""
    seed = int(os.environ.get("LAUNCHER_NOISE_SEED") or random.SystemRandom().randrange(1 << 32))
    pick, whole, before = random.Random(seed), originals(target), len(target.noted())
    statuses: set[int] = set()
    for _ in range(TIMES // AT_ONCE):
        statuses |= _sent(target, [mangled(pick, whole) for _ in range(AT_ONCE)])
    reached = len(target.noted()) - before
    detail = f"{TIMES} requests, {', '.join(map(str, sorted(statuses)))}, seed {seed}"
    if reached or not target.is_alive():
        return Outcome("got through", f"the app was reached {reached} times; {detail}", is_exact=False)
    return Outcome("held", detail, all(status in (400, 403, 413, 421, 431, 501) for status in statuses))


def _sent(target: Target, requests: list[bytes]) -> set[int]:
    """Send each over a connection of its own, and return the statuses that came back soon."""
    found: set[int] = set()
    with held(target, len(requests)) as connections:
        waiting = {connection.fileno(): connection for connection in connections}
        poll = select.poll()
        for connection, request in zip(connections, requests, strict=True):
            with suppress(OSError):
                connection.send(request)
            poll.register(connection, select.POLLIN)
        deadline = time.monotonic() + PATIENCE
        while waiting and (left := deadline - time.monotonic()) > 0:
            for number, _ in poll.poll(left * 1000):
                with suppress(OSError):
                    found.update(map(int, STATUS.findall(waiting[number].recv(65536))))
                poll.unregister(waiting.pop(number))
    return found


ATTACKS = (Attack("No mangled request of a stranger's reaches the app", "noise", strangers),)
