"""The door that a second start knocks at: it brings the window forward, or hands over its arguments."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from launcher.serving.guard import answer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LARGEST = 1 << 16  # bytes of a second start's arguments


def raise_door(tell: Callable[[dict[str, Any]], None]) -> WSGIApplication:
    """Make the WSGI door, for those whom the policy lets come to it.

    `tell` gets the event: `raise`, or `reopen` with the arguments that came along.
    """

    def knock(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST":
            return answer(start_response, "403 Forbidden", "")
        size = int(environ.get("CONTENT_LENGTH") or 0)
        if size > LARGEST:
            return answer(start_response, "413 Content Too Large", "")
        if not size:
            tell({"event": "raise"})
        elif (arguments := _arguments_in(environ["wsgi.input"].read(size))) is not None:
            tell({"event": "reopen", "arguments": arguments})
        else:
            return answer(start_response, "400 Bad Request", "")
        start_response("204 No Content", [])
        return []

    return knock


def _arguments_in(body: bytes) -> list[str] | None:
    """Return the arguments that a second start sends; None is something else."""
    try:
        arguments = json.loads(body)["arguments"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    fine = isinstance(arguments, list) and all(
        isinstance(word, str) and "\0" not in word for word in arguments
    )
    return arguments if fine else None
