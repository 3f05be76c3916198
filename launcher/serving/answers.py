"""What every answer of the app gets, unless the app has said it itself.

Browsers take more liberties with a server on this machine than its author knew. Nothing here keeps a page of
his from doing what it does from `flask run`; where a rule would (a strict content security policy, a referrer
that an embedded video asks for, types of scripts that only old browsers guess), it is left out. What browsers
do by themselves today is not said again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

Headers = list[tuple[str, str]]
Few = tuple[tuple[str, str], ...]

NO_SNIFFING = ("X-Content-Type-Options", "nosniff")
NO_EMBEDDING = ("Cross-Origin-Resource-Policy", "same-origin")
# Of pages.
NO_FRAMING = ("X-Frame-Options", "SAMEORIGIN")
NO_OPENER = ("Cross-Origin-Opener-Policy", "same-origin-allow-popups")  # sign-in windows need their opener
BY_COOKIE = ("Vary", "Cookie")
NAMES = frozenset(name.lower() for name, _ in (NO_SNIFFING, NO_EMBEDDING, NO_FRAMING, NO_OPENER, BY_COOKIE))
# A script whose route forgets its type runs from `flask run`; with this header it would not.
GUESSED = ("script", "style", "worker", "sharedworker", "serviceworker")


def missing(headers: Iterable[tuple[str, str]], *, dest: str | None, is_public: bool) -> bytes:
    """Return the lines that an answer's head lacks; `dest` is what the browser wants the answer for."""
    return _written(_missing(headers, dest, is_public))


def completing(start_response: StartResponse, *, dest: str | None, is_public: bool) -> Any:
    """Return a `start_response` that adds what is missing."""

    def begin(status: str, headers: Headers, *rest: Any) -> Callable[[bytes], object]:
        return start_response(status, [*headers, *_missing(headers, dest, is_public)], *rest)

    return begin


def _missing(headers: Iterable[tuple[str, str]], dest: str | None, is_public: bool) -> Few:
    known, is_page = set(), False
    for name, value in headers:
        name = name.lower()
        if name == "content-type":
            is_page = value.startswith("text/html")
        elif name in NAMES:
            known.add(name)
        elif name == "content-security-policy" and "frame-ancestors" in value:
            known.add("x-frame-options")
    return _lacking(frozenset(known), is_page, dest in GUESSED, is_public)


@cache
def _written(headers: Few) -> bytes:
    return b"".join(f"{name}: {value}\r\n".encode("ascii") for name, value in headers)


@cache
def _lacking(known: frozenset[str], is_page: bool, is_guessed: bool, is_public: bool) -> Few:
    """Decide; there are few cases, and each is decided once."""
    wanted = [] if is_guessed else [NO_SNIFFING]
    if not is_public:
        wanted.append(NO_EMBEDDING)
    if is_page:
        wanted.append(BY_COOKIE)
    if is_page and not is_public:
        wanted += (NO_OPENER, NO_FRAMING)
    return tuple(one for one in wanted if one[0].lower() not in known)
