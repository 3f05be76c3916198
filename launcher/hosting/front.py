"""What stands in front of a served app, on any server: the proxy's word, the policy, the health, the log.

It is WSGI middleware, the same for all servers. Waitress asks the policy earlier, before a body is kept, and
leaves the verdict in the environ.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from launcher.hosting import access
from launcher.hosting.forwarded import Trust
from launcher.hosting.pieces import Counted, Limited
from launcher.hosting.policy import HEALTH, Policy
from launcher.serving.answers import GUESSED, NO_FRAMING, NO_SNIFFING
from launcher.serving.guard import request_of
from launcher.serving.policy import VERDICT, Request
from launcher.serving.refusals import refusal

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]
SECURE = re.compile(r";\s*secure\s*(;|$)", re.IGNORECASE)
ABSOLUTE = re.compile(r"^[a-z]+://([^/?#]*)", re.IGNORECASE)
TOO_LARGE, FAILED = 413, 500
HEALTHY, DRAINING = ("200 OK", b"ok\n"), ("503 Service Unavailable", b"draining\n")


@dataclass(slots=True)
class Front:
    """An app behind all that is the same for every server.

    `leaving` is set when the process is to end soon; `max_body` is the largest body in bytes that the app is
    given, where it does not refuse the larger ones in its own words (`refuses_bodies`). `has_health` says
    that it answers the health path itself.
    """

    app: WSGIApplication
    policy: Policy
    trust: Trust
    max_body: int
    is_https: bool = False
    has_health: bool = False
    refuses_bodies: bool = False
    log: access.Write | None = None
    leaving: threading.Event = field(default_factory=threading.Event)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        begun = time.monotonic()
        self.trust.settle(environ)
        verdict = environ.pop(VERDICT, None) or self.policy.judge(served_request_of(environ))
        answer = _Answer(self, environ, start_response, begun)
        if verdict is HEALTH and not self.has_health:
            return answer.whole(*self._health())
        if not verdict.allowed:
            return answer.refused(verdict.status)
        length = environ.get("CONTENT_LENGTH") or "0"
        if not self.refuses_bodies and length.isdigit() and int(length) > self.max_body:
            return answer.refused(TOO_LARGE)
        if environ.get("HTTP_TRANSFER_ENCODING"):
            environ["wsgi.input"] = answer.body = Limited(environ["wsgi.input"], self.max_body)
        return answer.of(self.app)

    def _health(self) -> tuple[str, Headers, bytes]:
        status, body = DRAINING if self.leaving.is_set() else HEALTHY
        headers = [("Content-Type", "text/plain"), ("Cache-Control", "no-store")]
        return status, [*headers, ("Content-Length", str(len(body)))], body


def served_request_of(environ: WSGIEnvironment) -> Request:
    """Take from an environ what the policy looks at; of other protocols only WebSockets are one here.

    Proxies offer HTTP/2 by the same header, which is no demand.
    """
    upgrades = asks_for_websocket(environ.get("HTTP_UPGRADE"))
    found = request_of(environ)._replace(upgrades=upgrades)
    named = ABSOLUTE.match(environ.get("RAW_URI") or environ.get("REQUEST_URI") or "")
    if named is not None and named[1] != found.host:
        # The request line names another, and to a proxy that one would count.
        return found._replace(host=None)
    return found


def asks_for_websocket(header: str | None) -> bool:
    """Tell whether an Upgrade header asks for a WebSocket."""
    return header is not None and "websocket" in header.lower()


class _Answer:
    """One answer on its way out: what it lacks is added, what it was is logged."""

    def __init__(
        self, front: Front, environ: WSGIEnvironment, start_response: StartResponse, begun: float
    ) -> None:
        self._front, self._environ, self._start_response = front, environ, start_response
        self._begun = begun
        self._status = 0
        self._length: int | None = None
        self.body: Limited | None = None
        self.is_secure = front.is_https or environ["wsgi.url_scheme"] == "https"

    def of(self, app: WSGIApplication) -> Iterable[bytes]:
        """Ask the app."""
        try:
            result = app(self._environ, self._begin)
        except Exception:
            if self.body is not None and self.body.is_exceeded:
                return self.refused(TOO_LARGE)
            self._status = FAILED  # which the server answers
            self.log(0)
            raise
        if isinstance(result, list | tuple):
            self.log(sum(len(part) for part in result))
            return result
        wrapper = self._environ.get("wsgi.file_wrapper")
        if isinstance(wrapper, type) and isinstance(result, wrapper):
            return self._noting_close(result)
        return Counted(result, self.log)

    def refused(self, status: int) -> Iterable[bytes]:
        """Refuse, short, and without a word about why."""
        return self.whole(*refusal(status))

    def whole(self, status: str, headers: Headers, body: bytes) -> Iterable[bytes]:
        """Answer by ourselves."""
        self._status, self._length = int(status[:3]), len(body)
        self._start_response(status, headers)
        self.log(len(body))
        # An answer to HEAD has no body: it would be read as the next answer.
        return [] if self._environ["REQUEST_METHOD"] == "HEAD" else [body]

    def log(self, size: int) -> None:
        """Write the line of this request."""
        if self._front.log is not None:
            seconds = time.monotonic() - self._begun
            self._front.log(access.line_of(self._environ, self._status, size, seconds))

    def _begin(self, status: str, headers: Headers, *rest: Any) -> Callable[[bytes], object]:
        if self.body is not None and self.body.is_exceeded and not rest:
            # Whatever the app made of the error, this is what it comes from.
            status, headers, _ = refusal(TOO_LARGE)
            headers = [one for one in headers if one[0] != "Content-Length"]
        self._status = int(status[:3])
        return self._start_response(status, self._completed(headers), *rest)

    def _completed(self, headers: Headers) -> Headers:
        """Return the head with what it lacks; the app's own word counts."""
        known = {name.lower(): value for name, value in headers}
        self._length = _number(known.get("content-length"))
        dest = self._environ.get("HTTP_SEC_FETCH_DEST")
        if self.is_secure and "set-cookie" in known:
            headers = [
                (name, _secure(value) if name.lower() == "set-cookie" else value) for name, value in headers
            ]
        lacking = []
        if "x-content-type-options" not in known and dest not in GUESSED:
            lacking.append(NO_SNIFFING)
        is_page = known.get("content-type", "").startswith("text/html")
        has_say = "x-frame-options" in known or "frame-ancestors" in known.get("content-security-policy", "")
        if is_page and not has_say:
            lacking.append(NO_FRAMING)
        return [*headers, *lacking]

    def _noting_close(self, result: Any) -> Iterable[bytes]:
        """Let a file be sent in the server's own way, and note when that has been done."""
        close = result.close if hasattr(result, "close") else None

        def closed() -> None:
            if close is not None:
                close()
            self.log(self._length or 0)

        with suppress(AttributeError):
            result.close = closed
            return result  # type: ignore[no-any-return]
        self.log(self._length or 0)
        return result  # type: ignore[no-any-return]


def _secure(cookie: str) -> str:
    return cookie if SECURE.search(cookie) else f"{cookie}; Secure"


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdigit() else None
