"""A visitor as Chromium is one at 127.0.0.1: follows redirects, keeps cookies, also the Secure ones."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from tests.corpus.cases import Visit

DEADLINE = 60.0  # seconds for an answer
REDIRECTS = 10


@dataclass(frozen=True, slots=True)
class Page:
    """An answer, after all redirects."""

    status: int
    body: bytes


class Visitor:
    """Somebody who visits an app at `address`, from its entry URL where it has one."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._cookies: dict[str, str] = {}
        if parts.query:
            self.ask(f"{parts.path}?{parts.query}", follow=False)

    def do(self, visit: Visit) -> str:
        """Do one thing, and return what is wrong with the answer, or nothing."""
        form = dict(visit.form) if visit.form is not None else None
        if visit.token and form is not None:
            form = {**_hidden_fields(self.ask(visit.path).body), **form}
        headers = dict(visit.headers)
        body: bytes | None = None
        if form is not None:
            body, headers["Content-Type"] = urlencode(form).encode(), FORM
        elif visit.json is not None:
            body, headers["Content-Type"] = json.dumps(visit.json).encode(), "application/json"
        page = self.ask(visit.path, body=body, headers=headers)
        if page.status != visit.status:
            return f"{visit.path} answers {page.status} instead of {visit.status}"
        if visit.shows.encode() not in page.body:
            return f"{visit.path} does not show {visit.shows!r}"
        return ""

    def ask(
        self,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        follow: bool = True,
    ) -> Page:
        """Ask for a path, by POST when there is a body, and follow redirects."""
        url = urljoin(self._origin, path)
        for _ in range(REDIRECTS):
            page, location = self._once(url, body, {**(headers or {}), "Referer": url})
            if location is None or not follow:
                return page
            url, body, headers = urljoin(url, location), None, {}
        return page

    def _once(self, url: str, body: bytes | None, headers: dict[str, str]) -> tuple[Page, str | None]:
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" != self._origin:
            return Page(0, f"a redirect away, to {url}".encode()), None
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if body is not None:
            headers["Origin"] = self._origin
        connection = http.client.HTTPConnection(parts.netloc, timeout=DEADLINE)
        try:
            target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            connection.request("GET" if body is None else "POST", target, body, headers)
            response = connection.getresponse()
            for line in response.headers.get_all("Set-Cookie", []):
                name, _, rest = line.partition("=")
                self._cookies[name.strip()] = rest.partition(";")[0]
            # A 201 names a location too, and sends nobody there.
            moved = response.status in (301, 302, 303, 307, 308)
            location = response.headers.get("Location") if moved else None
            return Page(response.status, response.read()), location
        finally:
            connection.close()


FORM = "application/x-www-form-urlencoded"


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name")
        if tag == "input" and given.get("type") == "hidden" and name:
            self.found.setdefault(name, given.get("value") or "")


def _hidden_fields(page: bytes) -> dict[str, str]:
    parser = _Fields()
    parser.feed(page.decode("utf-8", "replace"))
    return parser.found
