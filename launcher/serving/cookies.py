"""Apps that share a browser keep their sessions apart: cookies know hosts, and all apps are at 127.0.0.1.

In a window of its own an app has its cookies for itself. In the user's default browser the session of one
would overwrite that of the other. There, cookies that no script can see carry the app's identifier behind
their names on their way to the browser, and lose it on their way back.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SIGN = "~"  # between a name and the identifier; seldom in names, and allowed there
FORGETS = re.compile(r";\s*(max-age=0|expires=[^;]*\b1970\b)", re.IGNORECASE)
HIDDEN = re.compile(r";\s*httponly\s*(;|$)", re.IGNORECASE)


class Apart:
    """An app whose sessions are marked as its own as soon as `is_browser_shared` is set."""

    def __init__(self, app: WSGIApplication, identifier: str, is_browser_shared: threading.Event) -> None:
        self._app = app
        self._mark = f"{SIGN}{identifier}"
        self._is_browser_shared = is_browser_shared

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not self._is_browser_shared.is_set():
            return self._app(environ, start_response)
        if "HTTP_COOKIE" in environ:
            environ["HTTP_COOKIE"] = self._own(environ["HTTP_COOKIE"])

        def begin(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            return start_response(status, [*self._marked(headers)], *rest)

        return self._app(environ, begin)

    def _own(self, header: str) -> str:
        """Return the cookies that are this app's or nobody's, under the names that it gave them."""
        own, others = [], []
        for part in header.split(";"):
            name, equals, value = part.strip().partition("=")
            if name.endswith(self._mark):
                own.append((name.removesuffix(self._mark), equals + value))
            elif SIGN not in name:
                others.append((name, equals + value))
        names = {name for name, _ in own}
        kept = [*own, *(one for one in others if one[0] not in names)]
        return "; ".join(name + rest for name, rest in kept)

    def _marked(self, headers: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        for name, value in headers:
            is_cookie = name.lower() == "set-cookie"
            forgets = is_cookie and FORGETS.search(value)
            if is_cookie and (forgets or HIDDEN.search(value)):
                key, equals, rest = value.partition("=")
                yield name, key.strip() + self._mark + equals + rest
            if not is_cookie or forgets or not HIDDEN.search(value):
                yield name, value
