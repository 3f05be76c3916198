"""Requests under a name that is not the app's: how a page elsewhere becomes its own origin."""

from __future__ import annotations

from functools import partial

from tests.attacks.vocabulary import Attack, Outcome, Target, judged, mark
from tests.attacks.wire import exchange, lines

FOREIGN = ("evil.example", "evil.example:{port}", "{host}.evil.example", "{host}@evil.example")
SPELLINGS = (
    "localhost:{port}",
    "127.0.0.1",
    "127.0.0.1.:{port}",
    "[::1]:{port}",
    "0.0.0.0:{port}",
    "127.1:{port}",
    "127.0.0.2:{port}",
    "2130706433:{port}",
)


def _under(hosts: tuple[str, ...], target: Target) -> Outcome:
    names = [host.format(port=target.port, host=target.host) for host in hosts]
    return _asked(target, [(f"Host: {name}",) for name in names], (421,))


def _asked(target: Target, heads: list[tuple[str, ...]], wanted: tuple[int, ...]) -> Outcome:
    statuses, marks = [], []
    for head in heads:
        marks.append(mark())
        more = (*head, f"Cookie: {target.cookie}", "Connection: close")
        sent = lines(f"GET /write/{marks[-1]} HTTP/1.1", *more)
        statuses.append(exchange(target, [sent]).status)
    return judged(target, iter(marks), statuses, wanted)


def no_host(target: Target) -> Outcome:
    """Leave the header out, in both versions of the protocol, and send an empty one."""
    statuses, marks = [], []
    for version, head in (("1.1", ()), ("1.0", ()), ("1.1", ("Host:",))):
        marks.append(mark())
        sent = lines(f"GET /write/{marks[-1]} HTTP/{version}", *head, f"Cookie: {target.cookie}")
        statuses.append(exchange(target, [sent]).status)
    return judged(target, iter(marks), statuses, (421, 400))


def two_hosts(target: Target) -> Outcome:
    """Send the right name and a foreign one, either first, and the right one twice."""
    right, wrong = f"Host: {target.host}", "Host: evil.example"
    return _asked(target, [(right, wrong), (wrong, right), (right, right)], (421, 400))


def absolute(target: Target) -> Outcome:
    """Name another host in the request line, which counts more than the header."""
    statuses, marks = [], []
    for address in ("http://evil.example", f"http://evil.example:{target.port}", "https://evil.example"):
        marks.append(mark())
        head = (f"Host: {target.host}", f"Cookie: {target.cookie}", "Connection: close")
        statuses.append(exchange(target, [lines(f"GET {address}/write/{marks[-1]} HTTP/1.1", *head)]).status)
    return judged(target, iter(marks), statuses, (421, 400))


ATTACKS = (
    Attack("A request under a foreign name is misdirected", "hosts", partial(_under, FOREIGN)),
    Attack(
        "Every other spelling of this machine's address is misdirected", "hosts", partial(_under, SPELLINGS)
    ),
    Attack("A request without a Host is misdirected", "hosts", no_host),
    Attack("A request with two Hosts is misdirected, whichever comes first", "hosts", two_hosts),
    Attack("A foreign host in the request line is not overruled by the header", "hosts", absolute),
)
