"""Messages that two readers cut apart at different places, so that one request hides in another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from tests.attacks.vocabulary import Attack, Outcome, Target, mark
from tests.attacks.wire import exchange, lines, own_head

Words = tuple[str, ...]


def _hidden(target: Target, name: str) -> bytes:
    return own_head(target, f"POST /write/{name} HTTP/1.1", "Content-Length: 0")


def _framed(framing: Words, body: Callable[[bytes], bytes], target: Target) -> Outcome:
    """Send one message with odd framing, whose body holds a whole second request."""
    outer, inner = mark(), mark()
    hidden = body(_hidden(target, inner))
    filled = [one.format(length=len(hidden)) for one in framing]
    return _judged(target, own_head(target, f"POST /write/{outer} HTTP/1.1", *filled) + hidden, inner)


def _judged(target: Target, sent: bytes, inner: str, answers: int = 1) -> Outcome:
    found = exchange(target, [sent], patience=3)
    detail = ", ".join(map(str, found.statuses)) or ("closed" if found.is_closed else "waits for more")
    if target.reached(inner):
        return Outcome("got through", f"{detail}; the hidden request was carried out", is_exact=False)
    # What is left of a mangled body may be refused in an answer of its own.
    if any(status < 400 for status in found.statuses[answers:]):
        return Outcome("got through", f"{detail}: more than one answer", is_exact=False)
    is_exact = len(found.statuses) <= answers and all(status >= 400 for status in found.statuses)
    return Outcome("held", detail, is_exact)


def as_it_is(hidden: bytes) -> bytes:
    return hidden


def after_last_chunk(hidden: bytes) -> bytes:
    return b"0\r\n\r\n" + hidden


def in_odd_chunk(size: bytes) -> Callable[[bytes], bytes]:
    return lambda hidden: size + b"\r\na\r\n0\r\n\r\n" + hidden


# What is hidden stands where only one of the two readings sees a new request.
FRAMINGS: dict[str, tuple[Words, Callable[[bytes], bytes]]] = {
    "a length and chunks": (("Content-Length: {length}", "Transfer-Encoding: chunked"), after_last_chunk),
    "chunks and a length": (("Transfer-Encoding: chunked", "Content-Length: {length}"), after_last_chunk),
    "an encoding twice": (("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), after_last_chunk),
    "an encoding that is none": (
        ("Transfer-Encoding: xchunked", "Content-Length: {length}"),
        after_last_chunk,
    ),
    "chunks of nothing known": (("Transfer-Encoding: gzip, chunked",), after_last_chunk),
    "identity after chunks": (("Transfer-Encoding: chunked, identity",), after_last_chunk),
    "a space before the colon": (
        ("Transfer-Encoding : chunked", "Content-Length: {length}"),
        after_last_chunk,
    ),
    "a tab before the value": (
        ("Transfer-Encoding:\x0bchunked", "Content-Length: {length}"),
        after_last_chunk,
    ),
    "a length with a sign": (("Content-Length: +6",), lambda hidden: b"abcdef" + hidden),
    "a length below nothing": (("Content-Length: -1",), as_it_is),
    "a length in other digits": (("Content-Length: 0x6",), lambda hidden: b"abcdef" + hidden),
    "two lengths, both in one": (("Content-Length: 6, 6",), lambda hidden: b"abcdef"),
    "two lengths that differ": (
        ("Content-Length: 6", "Content-Length: 0"),
        lambda hidden: b"abcdef" + hidden,
    ),
    "two lengths that differ, the other way": (
        ("Content-Length: 0", "Content-Length: 6"),
        lambda hidden: b"abcdef" + hidden,
    ),
    "a length on two lines": (("Content-Length:", " 6"), lambda hidden: b"abcdef" + hidden),
    "an encoding on two lines": (
        ("Transfer-Encoding:", "\tchunked", "Content-Length: {length}"),
        after_last_chunk,
    ),
    "a line feed in a header": (
        ("X-Odd: a\nTransfer-Encoding: chunked", "Content-Length: {length}"),
        after_last_chunk,
    ),
    "a carriage return in a header": (
        ("X-Odd: a\rTransfer-Encoding: chunked", "Content-Length: {length}"),
        after_last_chunk,
    ),
    "a chunk's size with 0x": (("Transfer-Encoding: chunked",), in_odd_chunk(b"0x1")),
    "a chunk's size with a sign": (("Transfer-Encoding: chunked",), in_odd_chunk(b"+1")),
    "a chunk's size with a space": (("Transfer-Encoding: chunked",), in_odd_chunk(b" 1")),
    "a chunk's size with an underscore": (("Transfer-Encoding: chunked",), in_odd_chunk(b"0_1")),
    "a chunk's extension with a line break": (
        ("Transfer-Encoding: chunked",),
        lambda hidden: b'1;a="\nb"\r\na\r\n0\r\n\r\n' + hidden,
    ),
    "a chunk that is longer than it says": (
        ("Transfer-Encoding: chunked",),
        lambda hidden: b"1\r\nab\r\n0\r\n\r\n" + hidden,
    ),
    "chunks with lone line feeds": (
        ("Transfer-Encoding: chunked",),
        lambda hidden: b"1\na\n0\n\n" + hidden,
    ),
}


def _refused_first(first: Callable[[Target], bytes], target: Target) -> Outcome:
    """Send a request with a right one behind it: what comes after a refusal is never read."""
    inner = mark()
    return _judged(target, first(target) + _hidden(target, inner), inner)


def _stranger(target: Target) -> bytes:
    return lines(f"GET /write/{mark()} HTTP/1.1", f"Host: {target.host}")


def _stranger_with_body(target: Target) -> bytes:
    return lines(f"POST /write/{mark()} HTTP/1.1", f"Host: {target.host}", "Content-Length: 3") + b"abc"


def _elsewhere(target: Target) -> bytes:
    return lines(f"GET /write/{mark()} HTTP/1.1", "Host: evil.example", f"Cookie: {target.cookie}")


def _foreign(target: Target) -> bytes:
    return own_head(target, f"GET /write/{mark()} HTTP/1.1", "Origin: http://evil.example")


def _too_large(target: Target) -> bytes:
    return own_head(target, f"POST /upload/{mark()} HTTP/1.1", f"Content-Length: {1 << 40}")


def _malformed(target: Target) -> bytes:
    return own_head(target, f"GET /write/{mark()} HTTP/1.1", "Odd\0: header")


def _without_version(target: Target) -> Outcome:
    """Ask as in 1991, with a path and nothing more."""
    inner = mark()
    return _judged(target, f"GET /write/{inner}\r\n\r\n".encode(), inner)


BEFORE = {
    "a stranger's": _stranger,
    "a stranger's with a body": _stranger_with_body,
    "one under a foreign name": _elsewhere,
    "a foreign origin's": _foreign,
    "one that is too large": _too_large,
    "a malformed one": _malformed,
}


def _in_the_body(refused: Words, framing: Words, body: Callable[[bytes], bytes], target: Target) -> Outcome:
    """Send what is refused by its head, with a right request as its body: that is no request of anybody's."""
    outer, inner = mark(), mark()
    hidden = body(_hidden(target, inner))
    host = () if any(one.startswith("Host:") for one in refused) else (f"Host: {target.host}",)
    filled = [one.format(length=len(hidden)) for one in framing]
    cookie = f"Cookie: {target.cookie}"
    head = lines(f"POST /write/{outer} HTTP/1.1", *host, cookie, *refused, *filled)
    outcome = _judged(target, head + hidden, inner)
    if target.reached(outer):
        return Outcome("got through", f"{outcome.detail}; the refused one was carried out", is_exact=False)
    return outcome


REFUSED: dict[str, Words] = {
    "under a foreign name": ("Host: evil.example",),
    "of a foreign origin": ("Origin: http://evil.example",),
    "that asks for a WebSocket": ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"),
}
LENGTH, CHUNKS = ("Content-Length: {length}",), ("Transfer-Encoding: chunked",)


def in_one_chunk(hidden: bytes) -> bytes:
    return b"%x\r\n%b\r\n0\r\n\r\n" % (len(hidden), hidden)


def _attack(promise: str, run: Callable[[Target], Outcome]) -> Attack:
    return Attack(promise, "smuggling", run)


def _framings() -> Iterator[Attack]:
    for name, (framing, body) in FRAMINGS.items():
        yield _attack(f"Nothing is smuggled in by {name}", partial(_framed, framing, body))
    yield _attack("A request without a version is not carried out", _without_version)


def _behind(*names: str) -> Iterator[Attack]:
    for name in names:
        yield _attack(
            f"A request right behind {name} is not carried out", partial(_refused_first, BEFORE[name])
        )


def _inside() -> Iterator[Attack]:
    for name, refused in REFUSED.items():
        for kind, framing, body in (("body", LENGTH, as_it_is), ("chunk", CHUNKS, in_one_chunk)):
            promise = f"A request in the {kind} of one {name} is not carried out"
            yield _attack(promise, partial(_in_the_body, refused, framing, body))


ATTACKS = (*_framings(), *_behind(*BEFORE))
# Whoever may come in may also send one request right behind another.
SERVED = (*_framings(), *_behind("one that is too large", "a malformed one"), *_inside())
