"""Asking a running app as its window does: with the session that its entry URL opens."""

from __future__ import annotations

import hashlib
import http.client
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from launcher.errors import BuildError

TIMEOUT = 30.0  # seconds for an answer to begin
HANGING = 3  # paths that do not answer, after which the others are given less time
SHORT = 5.0
BODY_TIME = 5.0  # seconds for a body; an endless one is compared as far as it came
BODY_SIZE = 32 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What is compared of an answer; the body as a digest, less the origin and the project's place."""

    status: int
    kind: str
    location: str
    size: int
    digest: str
    whole: bool = True

    def describe(self) -> str:
        """Say it in a few words."""
        where = f" to {self.location}" if self.location else ""
        return f"{self.status}{where}, {self.kind or 'no type'}, {self.size} bytes"


class Session:
    """A client inside the app's session; `places` are folders that differ from run to run."""

    def __init__(self, entry: str, places: Iterable[str]) -> None:
        parts = urlsplit(entry)
        self.patience = TIMEOUT
        assert parts.hostname is not None and parts.port is not None
        self._address = (parts.hostname, parts.port)
        # Longest first: the project may lie in the home.
        self._places = sorted((place.encode() for place in places), key=len, reverse=True)
        with closing(http.client.HTTPConnection(*self._address, timeout=TIMEOUT)) as connection:
            connection.request("GET", f"{parts.path}?{parts.query}")
            response = connection.getresponse()
            response.read()
        cookie = response.headers.get("Set-Cookie", "")
        if response.status != 303 or not cookie:
            raise BuildError(
                f"The entry URL answered {response.status} instead of opening a session."
            )
        self._cookie = cookie.partition(";")[0]
        self.given: dict[str, str] = {}  # cookies that the app itself has set

    def ask(self, path: str) -> Answer:
        """GET a path; raises OSError or HTTPException when the app is gone."""
        connection = http.client.HTTPConnection(*self._address, timeout=self.patience)
        try:
            plain = quote(path, safe="/%?=&", errors="surrogateescape")  # names of files may be no text
            connection.request("GET", plain, headers={"Cookie": self._cookie})
            response = connection.getresponse()
            self._note_cookies(response)
            kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
            location = self._neutral(response.headers.get("Location", "").encode()).decode()
            if kind == "text/event-stream":
                return Answer(response.status, kind, location, 0, "", whole=False)
            body, whole = _body(response)
            neutral = self._neutral(body) if whole else b""
            digest = hashlib.sha256(neutral).hexdigest() if whole else ""
            return Answer(response.status, kind, location, len(neutral), digest, whole)
        finally:
            connection.close()

    def _note_cookies(self, response: http.client.HTTPResponse) -> None:
        for text in response.headers.get_all("Set-Cookie", ()):
            name, _, value = text.partition(";")[0].partition("=")
            self.given[name.strip()] = value.strip()

    def _neutral(self, data: bytes) -> bytes:
        host, port = self._address
        data = data.replace(f"{host}:{port}".encode(), b"<app>")
        for place in self._places:
            data = data.replace(place, b"<place>")
        return data


def _body(response: http.client.HTTPResponse) -> tuple[bytes, bool]:
    end = time.monotonic() + BODY_TIME
    parts: list[bytes] = []
    size = 0
    try:
        while block := response.read1(1 << 16):
            parts.append(block)
            size += len(block)
            if size > BODY_SIZE or time.monotonic() > end:
                return b"", False
    except TimeoutError:
        return b"", False
    return b"".join(parts), True


def ask_all(session: Session, paths: Iterable[str]) -> tuple[dict[str, Answer], str | None]:
    """Ask for every path in order; return the answers, and the path after which the app was gone.

    A path that does not answer in time has the status 0.
    """
    answers: dict[str, Answer] = {}
    hanging = 0
    for path in paths:
        try:
            answers[path] = session.ask(path)
        except TimeoutError:
            answers[path] = Answer(0, "", "", 0, "", whole=False)
            hanging += 1
            if hanging >= HANGING:
                session.patience = min(session.patience, SHORT)
        except (OSError, http.client.HTTPException):
            return answers, path
    return answers, None
