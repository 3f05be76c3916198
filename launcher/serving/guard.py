"""The guard: the policy as WSGI middleware, around any app on any server."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from launcher.serving.policy import ENTERED, PREFIX, Policy, Request, Verdict, destination

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REFUSAL = """<!doctype html><meta charset="utf-8"><title>Not here</title>
<p>This app is open in its own window.</p>
"""

ONWARD = '<!doctype html><title>Opening</title><meta http-equiv="refresh" content="0;url={}">\n'


class Guard:
    """Ask the policy about every request; answer the launcher's own paths; pass the rest on.

    `doors` are own paths that check their callers themselves; `pages` are own
    paths for those whom the policy lets in.
    """

    def __init__(
        self,
        app: WSGIApplication,
        policy: Policy,
        *,
        doors: dict[str, WSGIApplication] | None = None,
        pages: dict[str, WSGIApplication] | None = None,
    ) -> None:
        self.app = app
        self._policy = policy
        self._doors = doors or {}
        self._pages = pages or {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        own = self._own(environ, start_response)
        if own is None:
            return self.app(environ, start_response)
        # An answer to HEAD has no body: the client would read it as the next answer.
        return [] if environ["REQUEST_METHOD"] == "HEAD" else own

    def _own(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes] | None:
        """Answer what is the launcher's to answer; None is a request for the app."""
        request = request_of(environ)
        if request.path in self._doors and request.host == self._policy.host:
            return self._doors[request.path](environ, start_response)
        verdict = self._policy.judge(request)
        if verdict is ENTERED:
            return self._enter(request, start_response)
        if not verdict.allowed:
            return refuse(verdict, start_response)
        if request.path.startswith(PREFIX):
            return self._pages.get(request.path, not_found)(environ, start_response)
        return None

    def _enter(self, request: Request, start_response: StartResponse) -> Iterable[bytes]:
        place = destination(request.query)
        extra = [("Set-Cookie", self._policy.cookie), ("Referrer-Policy", "no-referrer")]
        if request.fetch_site == "cross-site":
            # A redirect would still be another site's request, and go without the cookie.
            return answer(start_response, "200 OK", ONWARD.format(html.escape(place)), extra)
        return answer(start_response, "303 See Other", "", [("Location", place), *extra])


def request_of(environ: dict[str, Any]) -> Request:
    """Take from a WSGI environment what the policy looks at."""
    return Request(
        method=environ["REQUEST_METHOD"],
        path=environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""),
        query=environ.get("QUERY_STRING", ""),
        host=environ.get("HTTP_HOST"),
        fetch_site=environ.get("HTTP_SEC_FETCH_SITE"),
        origin=environ.get("HTTP_ORIGIN"),
        cookie=environ.get("HTTP_COOKIE"),
    )


def refuse(verdict: Verdict, start_response: StartResponse) -> Iterable[bytes]:
    """Answer a refused request: short, and the same for every reason."""
    phrase = {421: "421 Misdirected Request"}.get(verdict.status, "403 Forbidden")
    return answer(start_response, phrase, REFUSAL)


def answer(
    start_response: StartResponse,
    status: str,
    body: str,
    extra: list[tuple[str, str]] | None = None,
) -> Iterable[bytes]:
    """Answer with a small page of our own."""
    data = body.encode()
    start_response(
        status,
        [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(data))),
            ("Cache-Control", "no-store"),
            *(extra or []),
        ],
    )
    return [data]


def not_found(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer for a path of the launcher's that does not exist."""
    return answer(start_response, "404 Not Found", "<!doctype html><title>Not found</title>\n")
