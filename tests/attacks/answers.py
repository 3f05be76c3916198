"""What each of ours owes to an attack on the web, to the letter: the status, or a connection that is closed.

A proxy answers for whatever is behind it, so that there are five columns. What is not exact, such as times,
is not here; what a server or proxy does in another way than we promise is, with the reason.
"""

from __future__ import annotations

from tests.attacks.vocabulary import Outcome, System

COLUMNS = ("waitress", "gunicorn", "uwsgi", "nginx", "apache")
ALIKE: dict[str, str] = {
    "The app's own page is let in": "200",
    "A form that a browser says comes from another site is refused": "403",
    "A form of another origin, however alike, is refused": "403",
    "A page elsewhere opens no WebSocket": "501",
    "Pages elsewhere are told not to frame or guess at the app's": "all 2 headers",
    "No answer permits a page elsewhere to read": "no such header",
    "Nothing is smuggled in by a space before the colon": "400",
    "Nothing is smuggled in by a length with a sign": "400",
    "Nothing is smuggled in by a length below nothing": "400",
    "Nothing is smuggled in by a length in other digits": "400",
    "Nothing is smuggled in by two lengths, both in one": "400",
    "Nothing is smuggled in by two lengths that differ": "400",
    "Nothing is smuggled in by two lengths that differ, the other way": "400",
    "Nothing is smuggled in by a line feed in a header": "400",
    "A request right behind one that is too large is not carried out": "413",
    "A request in the body of one of a foreign origin is not carried out": "403",
    "A request in the chunk of one of a foreign origin is not carried out": "403",
    "A request in the body of one that asks for a WebSocket is not carried out": "501",
    "A request in the chunk of one that asks for a WebSocket is not carried out": "501",
    "A body above the limit is refused before it comes": "413",
}
EXACT: dict[str, tuple[str, ...]] = {
    "A request under a foreign name is misdirected": ("421", "421", "421", "closed", "400, 403"),
    "Every other spelling of this machine's address is misdirected": (
        "421",
        "421",
        "421",
        "closed",
        "400, 403",
    ),
    "A request without a Host is misdirected": ("421", "421", "421", "closed, 400", "400, 403"),
    "A request with two Hosts is misdirected, whichever comes first": ("421", "400", "421", "400", "400"),
    "A foreign host in the request line is not overruled by the header": (
        "421",
        "421",
        "421",
        "closed",
        "400, 403",
    ),
    "Nothing is smuggled in by a length and chunks": ("400", "400", "400", "400", "200"),
    "Nothing is smuggled in by chunks and a length": ("400", "400", "400", "400", "200"),
    "Nothing is smuggled in by an encoding twice": ("400", "400", "400", "400", "500"),
    "Nothing is smuggled in by an encoding that is none": ("501", "501", "400", "501", "400"),
    "Nothing is smuggled in by chunks of nothing known": ("501", "200", "400", "501", "500"),
    "Nothing is smuggled in by identity after chunks": ("501", "400", "400", "501", "400"),
    "Nothing is smuggled in by a tab before the value": ("400", "400", "400", "501", "400"),
    "Nothing is smuggled in by a length on two lines": ("400", "400", "400", "400", "200, 200"),
    "Nothing is smuggled in by an encoding on two lines": ("400", "400", "400", "400", "200"),
    "Nothing is smuggled in by a carriage return in a header": ("400", "400", "closed", "400", "400"),
    "Nothing is smuggled in by a chunk's size with 0x": ("400", "200, 400", "200", "400", "400"),
    "Nothing is smuggled in by a chunk's size with a sign": ("400", "200, 400", "400", "400", "400"),
    "Nothing is smuggled in by a chunk's size with a space": ("400", "200, 400", "400", "400", "400"),
    "Nothing is smuggled in by a chunk's size with an underscore": ("400", "200, 400", "400", "400", "400"),
    "Nothing is smuggled in by a chunk's extension with a line break": (
        "400",
        "200, 400",
        "400",
        "400",
        "400",
    ),
    "Nothing is smuggled in by a chunk that is longer than it says": ("400", "200, 400", "400", "400", "400"),
    "Nothing is smuggled in by chunks with lone line feeds": ("400", "200, 400", "400", "200, 200", "400"),
    "A request without a version is not carried out": ("421", "400", "421", "closed", "closed"),
    "A request right behind a malformed one is not carried out": ("400", "400", "200", "400", "400"),
    "A request in the body of one under a foreign name is not carried out": (
        "421",
        "421",
        "421",
        "closed",
        "403",
    ),
    "A request in the chunk of one under a foreign name is not carried out": (
        "421",
        "421",
        "421",
        "closed",
        "403",
    ),
    "A body in chunks is cut off at the limit, and nothing is left of it": (
        "413",
        "413",
        "400",
        "413",
        "502",
    ),
    "A head of 300 KB is refused": ("431", "431", "closed", "400", "400"),
    "A head of 30 MB is refused": ("431", "431", "closed", "400", "400"),
    "One header of 30 MB is refused": ("431", "431", "closed", "400", "400"),
    "10 000 headers are refused": ("431", "431", "closed", "400", "400"),
    "An address of 70 KB is refused": ("431", "414", "closed", "414", "414"),
    "A NUL in a header is refused": ("400", "400", "400", "400", "400"),
    "The hello of TLS is refused, and does no harm": ("400", "400", "closed", "400", "400"),
    "Noise is refused, and does no harm": ("400", "400", "closed", "400", "400"),
    **{promise: (answer,) * len(COLUMNS) for promise, answer in ALIKE.items()},
}
NEEDS_A_PROXY = "it reads heads and bodies in its threads: its place is behind a proxy that does not"
# By promise and column: what gets through, and why it is left so.
KNOWN: dict[tuple[str, str], str] = {
    **{
        (promise, server): NEEDS_A_PROXY
        for server in ("gunicorn", "uwsgi")
        for promise in (
            "Pages come while 400 idle connections are held",
            "Pages come while 400 connections drip",
            "Pages come while a hundred uploads drip",
            "Heads that drip are closed in the end",
        )
    },
    ("Nothing is smuggled in by chunks with lone line feeds", "nginx"): (
        "nginx takes a line feed alone for the end of a chunk's line; what it passes on is framed anew"
    ),
    ("Nothing is smuggled in by a length on two lines", "apache"): (
        "Apache joins such lines, as it may (RFC 9112, 5.2); what it passes on is framed anew"
    ),
}


def column_of(system: System) -> str:
    """Return whose answers a system gives: the proxy's, where there is one."""
    return system.name.rpartition(", ")[2]


def answer_of(outcome: Outcome) -> str:
    """Return what was answered, without what varies."""
    return outcome.detail.partition(" after ")[0].partition(";")[0]
