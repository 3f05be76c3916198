"""Requests that are too much: bodies, heads, and bytes that are no request at all."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.attacks.vocabulary import Attack, Outcome, Target, judged, mark
from tests.attacks.wire import Exchange, exchange, lines, own_head

MB = 1 << 20
CHUNK = b"x" * MB
SLACK = 64 * 1024  # bytes of logs and the like


@dataclass
class Watched:
    """The most that a system had in files for the moment, and what it has at last."""

    most: int = 0
    last: int = 0


def on_disk(target: Target) -> int:
    """Count the bytes of files that the system holds open without a name, or keeps in its folder for such."""
    found = 0
    for process in target.processes():
        with suppress(OSError):
            for link in Path(f"/proc/{process.pid}/fd").iterdir():
                with suppress(OSError):
                    if os.readlink(link).endswith(" (deleted)"):
                        found += link.stat().st_size
    for folder in (target.place, target.place / "temporary"):
        found += sum(path.stat().st_size for path in folder.glob("tmp*") if path.is_file())
    return found


@contextmanager
def watching(target: Target) -> Iterator[Watched]:
    """Look at the disk again and again during an attack."""
    seen, over, before = Watched(), threading.Event(), on_disk(target)

    def look() -> None:
        while not over.wait(0.02):
            seen.most = max(seen.most, on_disk(target) - before)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()
        deadline = time.monotonic() + 5
        while (left := on_disk(target) - before) > SLACK and time.monotonic() < deadline:
            time.sleep(0.1)
        seen.last = max(0, left)


def stranger_s_file(target: Target) -> Outcome:
    """Send 300 MB without a session."""
    name = mark()
    head = lines(f"POST /upload/{name} HTTP/1.1", f"Host: {target.host}", f"Content-Length: {300 * MB}")
    with watching(target) as disk:
        found = exchange(target, _then(head, 300))
    return _judged_on_disk(target, name, found, disk, (403,), most=SLACK)


def stranger_s_chunks(target: Target) -> Outcome:
    """Send as much in chunks, whose sum is not said beforehand."""
    name = mark()
    head = lines(f"POST /upload/{name} HTTP/1.1", f"Host: {target.host}", "Transfer-Encoding: chunked")
    with watching(target) as disk:
        found = exchange(target, _chunked(head, 300))
    return _judged_on_disk(target, name, found, disk, (403,), most=SLACK)


def too_large(target: Target) -> Outcome:
    """Announce 2 GB with a session, where the app allows less."""
    name = mark()
    head = own_head(target, f"POST /upload/{name} HTTP/1.1", f"Content-Length: {2048 * MB}")
    with watching(target) as disk:
        found = exchange(target, [head])
    return _judged_on_disk(target, name, found, disk, (413,), most=SLACK)


def too_large_in_chunks(target: Target) -> Outcome:
    """Send 2 GB in chunks with a session, where the app allows less."""
    name = mark()
    head = own_head(target, f"POST /upload/{name} HTTP/1.1", "Transfer-Encoding: chunked")
    with watching(target) as disk:
        found = exchange(target, _chunked(head, 2048))
    return _judged_on_disk(target, name, found, disk, (413,), most=1100 * MB)


def cut_in_chunks(target: Target) -> Outcome:
    """Send 2 GB in chunks to an app that may be asked before all of it is there: no more is taken."""
    head = own_head(target, f"POST /upload/{mark()} HTTP/1.1", "Transfer-Encoding: chunked")
    with watching(target) as disk:
        found = exchange(target, _chunked(head, 2048))
    detail = (
        f"{found.status or 'closed'} after {found.sent // MB} MB sent;"
        f" at most {disk.most // MB} MB on the disk, {disk.last // MB} left"
    )
    is_kept = (not found.status or found.status >= 400) and disk.most <= 1100 * MB and disk.last <= SLACK
    return Outcome("held" if is_kept else "got through", detail, found.status in (411, 413))


def _then(head: bytes, count: int) -> Iterator[bytes]:
    yield head
    for _ in range(count):
        yield CHUNK


def _chunked(head: bytes, count: int) -> Iterator[bytes]:
    yield head
    for _ in range(count):
        yield b"%x\r\n%b\r\n" % (len(CHUNK), CHUNK)
    yield b"0\r\n\r\n"


def _judged_on_disk(
    target: Target, name: str, found: Exchange, disk: Watched, wanted: tuple[int, ...], *, most: int
) -> Outcome:
    detail = (
        f"{found.status or 'closed'} after {found.sent // MB} MB sent;"
        f" at most {disk.most // MB} MB on the disk, {disk.last // MB} left"
    )
    outcome = judged(target, name, [found.status], wanted, detail)
    if outcome.held and (disk.most > most or disk.last > SLACK):
        return Outcome("got through", detail, is_exact=False)
    return outcome


def expectation(target: Target) -> Outcome:
    """Ask politely, without a session, whether 2 GB may come."""
    name = mark()
    head = lines(
        f"POST /upload/{name} HTTP/1.1",
        f"Host: {target.host}",
        f"Content-Length: {2048 * MB}",
        "Expect: 100-continue",
    )
    found = exchange(target, [head])
    if 100 in found.statuses:
        return Outcome("got through", "100: it asked for the body", is_exact=False)
    return judged(target, name, [found.status], (403,))


def _oversized(
    make: Callable[[Target, str], Iterable[bytes]], wanted: tuple[int, ...], target: Target
) -> Outcome:
    """Send what no browser sends; the app must not see it, and the window must not notice."""
    name = mark()
    found = exchange(target, make(target, name))
    outcome = judged(target, name, [found.status], wanted)
    if not target.is_alive():
        return Outcome("got through", f"{found.status or 'closed'}; the server is gone", is_exact=False)
    return outcome


def _long_headers(size: int, target: Target, name: str) -> Iterable[bytes]:
    yield own_head(target, f"GET /write/{name} HTTP/1.1")[:-2]
    for number in range(size // 1000):
        yield f"X-{number}: {'a' * 990}\r\n".encode()
    yield b"\r\n"


def _endless_header(target: Target, name: str) -> Iterable[bytes]:
    yield own_head(target, f"GET /write/{name} HTTP/1.1")[:-2] + b"X-Long: "
    for _ in range(30):
        yield CHUNK
    yield b"\r\n\r\n"


def _many_headers(target: Target, name: str) -> Iterable[bytes]:
    yield own_head(target, f"GET /write/{name} HTTP/1.1")[:-2]
    yield b"".join(b"X-%d: a\r\n" % number for number in range(10_000)) + b"\r\n"


def _long_address(target: Target, name: str) -> Iterable[bytes]:
    yield own_head(target, f"GET /write/{name}?{'a' * 70_000} HTTP/1.1")


def _nul(target: Target, name: str) -> Iterable[bytes]:
    yield own_head(target, f"GET /write/{name} HTTP/1.1", "X-Odd: a\0b")


def _hello_of_tls(target: Target, name: str) -> Iterable[bytes]:
    yield bytes.fromhex("16030100c8010000c40303") + name.encode() * 4 + bytes(150) + b"\r\n\r\n"


def _noise(target: Target, name: str) -> Iterable[bytes]:
    yield os.urandom(4096).replace(b"GET", b"xxx") + b"\r\n\r\n"


def broken_off(target: Target) -> Outcome:
    """Hang up in the middle of an upload, two hundred times; nothing may stay behind."""
    name = mark()
    head = own_head(target, f"POST /upload/{name} HTTP/1.1", f"Content-Length: {4 * MB}")
    with watching(target) as disk:
        for _ in range(200):
            with socket.create_connection(("127.0.0.1", target.port), timeout=10) as connection:
                connection.sendall(head + CHUNK)
    detail = f"{disk.last // MB} MB left on the disk"
    if disk.last > SLACK or not target.is_alive():
        return Outcome("got through", detail, is_exact=False)
    return Outcome("held", detail)


Making = Callable[[Target, str], Iterable[bytes]]
TOO_MUCH: dict[str, tuple[Making, tuple[int, ...]]] = {
    "A head of 300 KB is refused": (partial(_long_headers, 300_000), (431,)),
    "A head of 30 MB is refused": (partial(_long_headers, 30_000_000), (431,)),
    "One header of 30 MB is refused": (_endless_header, (431,)),
    "10 000 headers are refused": (_many_headers, (431,)),
    "An address of 70 KB is refused": (_long_address, (431, 414)),
    "A NUL in a header is refused": (_nul, (400,)),
    "The hello of TLS is refused, and does no harm": (_hello_of_tls, (400,)),
    "Noise is refused, and does no harm": (_noise, (400, 431)),
}
LARGE = Attack("A body above the limit is refused before it comes", "bodies", too_large)
ANY = (
    Attack("Uploads that are broken off leave nothing", "bodies", broken_off),
    *(Attack(name, "bodies", partial(_oversized, make, wanted)) for name, (make, wanted) in TOO_MUCH.items()),
)
ATTACKS = (
    Attack("A stranger's file is refused before a byte of it comes to the disk", "bodies", stranger_s_file),
    Attack(
        "A stranger's file in chunks is refused before a byte of it comes to the disk",
        "bodies",
        stranger_s_chunks,
    ),
    Attack("A stranger is not asked for the body that he announces", "bodies", expectation),
    LARGE,
    Attack(
        "A body in chunks is refused at the limit, and nothing is left of it", "bodies", too_large_in_chunks
    ),
    *ANY,
)
SERVED = (
    LARGE,
    Attack("A body in chunks is cut off at the limit, and nothing is left of it", "bodies", cut_in_chunks),
    *ANY,
)
