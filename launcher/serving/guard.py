"""The guard: the policy as WSGI middleware, around any app on any server."""

from __future__ import annotations

import html
import string
from collections.abc import Callable, Iterable
from re import compile as pattern
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote

from launcher.serving.answers import completing
from launcher.serving.callbacks import Callbacks
from launcher.serving.policy import (
    CAME_BACK,
    ENTERED,
    OWNER,
    PREFIX,
    PUBLIC,
    ROLE,
    VERDICT,
    Policy,
    Request,
    Verdict,
)
from launcher.serving.refusals import refusal

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONTROLS = pattern(r"[\x00-\x1f\x7f-\x9f]")
BACK = """<!doctype html><meta charset="utf-8"><title>Signed in</title>
<meta name="color-scheme" content="light dark">
<p>It goes on in the app's own window. You can close this page.</p>
"""

ONWARD = '<!doctype html><title>Opening</title><meta http-equiv="refresh" content="0;url={}">\n'


class Guard:
    """Take the policy's verdict on every request; answer the launcher's own paths; pass the rest on.

    `pages` are the launcher's own paths. `callbacks` handles who comes back from a provider. `is_new` says
    that this version is shown for the first time: what the browser kept of the last one's files is dropped.
    """

    def __init__(
        self,
        app: WSGIApplication,
        policy: Policy,
        *,
        pages: dict[str, WSGIApplication] | None = None,
        callbacks: Callbacks | None = None,
        is_new: bool = False,
    ) -> None:
        self.app = app
        self._policy = policy
        self.pages = pages or {}
        self._callbacks = callbacks
        self._is_new = is_new

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        verdict = environ.pop(VERDICT, None)
        if verdict is None:  # no gate is in front, which would have completed the answer as well
            verdict = self._policy.judge(request_of(environ))
            dest = environ.get("HTTP_SEC_FETCH_DEST")
            start_response = completing(start_response, dest=dest, is_public=verdict is PUBLIC)
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        if verdict.allowed and verdict is not CAME_BACK and not path.startswith(PREFIX):
            return self._pass_on(verdict, environ, start_response)
        own = self._answer(verdict, path, environ, start_response)
        # An answer to HEAD has no body: the client would read it as the next answer.
        return [] if environ["REQUEST_METHOD"] == "HEAD" else own

    def _pass_on(
        self, verdict: Verdict, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        if verdict is PUBLIC:
            environ.pop("HTTP_COOKIE", None)  # another page's doing must not be taken for the user's
        else:
            environ[ROLE] = OWNER
        return self.app(environ, start_response if self._callbacks is None else self._noting(start_response))

    def _noting(self, start_response: StartResponse) -> Any:
        """Return a `start_response` that sees where the app sends people to."""
        callbacks = self._callbacks

        def begin(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            if status.startswith("30") and callbacks is not None:
                for name, value in headers:
                    if name.lower() == "location":
                        callbacks.note(value)
            return start_response(status, headers, *rest)

        return begin

    def _answer(
        self, verdict: Verdict, path: str, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer what is the launcher's to answer."""
        query = environ.get("QUERY_STRING", "")
        if verdict is ENTERED:
            return self._enter(query, environ.get("HTTP_SEC_FETCH_SITE"), start_response)
        if verdict is CAME_BACK:
            if self._callbacks is not None and self._callbacks.accept(path, query):
                return answer(start_response, "200 OK", BACK)
            return refuse(403, start_response)
        if not verdict.allowed:
            return refuse(verdict.status, start_response)
        return self.pages.get(path, not_found)(environ, start_response)

    def _enter(self, query: str, site: str | None, start_response: StartResponse) -> Iterable[bytes]:
        place = destination(query)
        extra = [("Set-Cookie", self._policy.cookie), ("Referrer-Policy", "no-referrer")]
        if self._is_new:
            extra.append(("Clear-Site-Data", '"cache"'))
            self._is_new = False
        if site == "cross-site":
            # A redirect would still be another site's request, and go without the cookie.
            return answer(start_response, "200 OK", ONWARD.format(html.escape(place)), extra)
        return answer(start_response, "303 See Other", "", [("Location", place), *extra])


def request_of(environ: dict[str, Any]) -> Request:
    """Take from a WSGI environment what the policy looks at."""
    get = environ.get
    return Request(
        method=environ["REQUEST_METHOD"],
        path=get("SCRIPT_NAME", "") + get("PATH_INFO", ""),
        query=get("QUERY_STRING", ""),
        host=get("HTTP_HOST"),
        fetch_site=get("HTTP_SEC_FETCH_SITE"),
        origin=get("HTTP_ORIGIN"),
        cookie=get("HTTP_COOKIE"),
        fetch_mode=get("HTTP_SEC_FETCH_MODE"),
        fetch_dest=get("HTTP_SEC_FETCH_DEST"),
        authorization=get("HTTP_AUTHORIZATION"),
        has_body=get("CONTENT_LENGTH", "") not in ("", "0") or "HTTP_TRANSFER_ENCODING" in environ,
        upgrades="HTTP_UPGRADE" in environ,
        peer=get("REMOTE_ADDR"),
    )


def destination(query: str) -> str:
    """Return the path that an entry leads to: `next` where it is a path of the app, else its root."""
    path = parse_qs(query.partition("&")[2]).get("next", ["/"])[0]
    # Two slashes or a backslash would name another host, also with a tab or a
    # line's end between them, which browsers drop.
    if not path.startswith("/") or path.startswith(("//", "/\\")) or CONTROLS.search(path):
        return "/"
    return quote(path, safe=string.punctuation)


def refuse(status: int, start_response: StartResponse) -> Iterable[bytes]:
    """Answer a refused request: short, and the same for every reason."""
    phrase, headers, body = refusal(status)
    start_response(phrase, headers)
    return [body]


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
    return refuse(404, start_response)
