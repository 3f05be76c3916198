"""What every answer of the app gets, unless the app has said it itself.

Browsers take more liberties with a server on this machine than its author knew. Nothing here keeps a page of
his from doing what it does from `flask run`; where a rule would (a strict content security policy, a referrer
that an embedded video asks for, types of scripts that only old browsers guess), it is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed.wsgi import StartResponse

Headers = list[tuple[str, str]]

NO_SNIFFING = ("X-Content-Type-Options", "nosniff")
NO_FRAMING = ("X-Frame-Options", "SAMEORIGIN")
NO_EMBEDDING = ("Cross-Origin-Resource-Policy", "same-origin")
NO_OPENER = ("Cross-Origin-Opener-Policy", "same-origin-allow-popups")  # sign-in windows need their opener
REFERRER = ("Referrer-Policy", "strict-origin-when-cross-origin")  # as today's browsers do by themselves
BY_COOKIE = ("Vary", "Cookie")
# A script whose route forgets its type runs from `flask run`; with this header it would not.
GUESSED = ("script", "style", "worker", "sharedworker", "serviceworker")


def completing(start_response: StartResponse, *, dest: str | None, is_public: bool) -> Any:
    """Return a `start_response` that adds what is missing; `dest` is what the browser wants it for."""

    def begin(status: str, headers: Headers, *rest: Any) -> Callable[[bytes], object]:
        return start_response(status, completed(headers, dest=dest, is_public=is_public), *rest)

    return begin


def completed(headers: Headers, *, dest: str | None, is_public: bool) -> Headers:
    """Return an answer's headers with those that are missing."""
    known = {name.lower(): value for name, value in headers}
    added = [REFERRER]
    if dest not in GUESSED:
        added.append(NO_SNIFFING)
    if not is_public:
        added += (NO_EMBEDDING, NO_OPENER)
        if "frame-ancestors" not in known.get("content-security-policy", ""):
            added.append(NO_FRAMING)
    if known.get("content-type", "").startswith("text/html"):
        added.append(BY_COOKIE)
    return headers + [one for one in added if one[0].lower() not in known]
