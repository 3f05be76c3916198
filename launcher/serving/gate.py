"""The gate: the policy asked in Waitress's parser, as soon as a request's headers are there.

Middleware is too late for it: Waitress stores a body before it calls the app, so that a stranger's gigabyte
would lie on the disk before it is refused. Here a refused request is at its end with its headers; nothing of
its body is kept, no `100 Continue` asks for it, and nothing behind it is read as a second request.

What Waitress lets through and a proxy or a browser might read in another way is refused as well.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.proxy_headers import PROXY_HEADERS
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import Error, RequestEntityTooLarge

from launcher.serving.answers import missing
from launcher.serving.policy import PUBLIC, VERDICT, Request, Verdict
from launcher.serving.refusals import refusal

CODINGS = re.compile(rb"^transfer-encoding:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
FORWARDED = frozenset(PROXY_HEADERS)
SMALL = 1 << 16  # bytes that are sooner copied than sent by themselves
Judge = Callable[[Request], Verdict]


class Refused(Error):  # type: ignore[misc]
    """The error that becomes the answer to a refused request."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__("")
        self.code, self.page = verdict.status, verdict.page


class Gate(HTTPRequestParser):  # type: ignore[misc]
    """One request being read; `verdict` is there as soon as its headers are."""

    forwarded = FORWARDED  # what only a proxy may say; nobody is in front of us

    def __init__(self, judge: Judge, peer: str, adj: Any) -> None:
        super().__init__(adj)
        self.error: Error | None = None
        self._judge = judge
        self.peer = peer
        self.verdict: Verdict | None = None
        self.is_cut = False  # its body is too large for the app, which is asked without it
        self.begun = time.monotonic()
        self.body_begun = 0.0

    def received(self, data: bytes) -> int:
        """Take in what has come; return how much of it belongs to this request."""
        consumed = int(super().received(data))
        if self.verdict is None and self.headers_finished and not self.empty:
            self.body_begun = time.monotonic()
            self._decide()
        return len(data) if self.error is not None or self.is_cut else consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Read the headers; raises ParsingError also for what has more than one meaning."""
        if b"\r\n " in header_plus or b"\r\n\t" in header_plus:
            raise ParsingError("A header goes on in the next line")
        super().parse_header(header_plus)
        if not self.forwarded.isdisjoint(self.headers):
            for name in self.forwarded:
                self.headers.pop(name, None)
        if "TRANSFER_ENCODING" in self.headers:
            raise ParsingError("Only HTTP/1.1 has transfer codings")
        if self.chunked:
            codings = [value.strip(b" \t").lower() for value in CODINGS.findall(header_plus)]
            if "CONTENT_LENGTH" in self.headers or codings != [b"chunked"]:
                raise ParsingError("The length of the body is given twice")

    def judged(self, request: Request) -> Verdict:
        """Ask the policy."""
        return self._judge(request)

    def _decide(self) -> None:
        is_too_large = isinstance(self.error, RequestEntityTooLarge)
        if self.error is not None and not is_too_large:
            return
        self.verdict = self.judged(request_of(self))
        if self.verdict.status >= 400:
            self.error = Refused(self.verdict)
        elif is_too_large and self.adj.app_refuses_bodies:
            self.error, self.is_cut = None, True
        if self.error is not None or self.is_cut:
            self._end_here()

    def _end_here(self) -> None:
        self.completed, self.expect_continue = True, False
        self.close()  # the buffer that its body would have gone into
        self.body_rcv = None


def request_of(parser: Any) -> Request:
    """Take from a parser what the policy looks at; the path is as the app will see it."""
    header = parser.headers.get
    path, host = parser.path, header("HOST")
    if parser.proxy_netloc and parser.proxy_netloc != host:
        host = None  # the request line names another, and to a proxy that one would count
    return Request(
        parser.command,
        "/" + path.lstrip("/") if path.startswith("/") else path,
        parser.query,
        host,
        header("SEC_FETCH_SITE"),
        header("ORIGIN"),
        header("COOKIE"),
        header("SEC_FETCH_MODE"),
        header("SEC_FETCH_DEST"),
        header("AUTHORIZATION"),
        parser.chunked or parser.content_length > 0,
        "UPGRADE" in parser.headers,
        parser.peer,
    )


class Judged(WSGITask):  # type: ignore[misc]
    """A request that the gate let through, on its way to the app."""

    def execute(self) -> None:
        """Ask the app."""
        if self.request.is_cut:
            self.set_close_on_finish()
        super().execute()

    def get_environment(self) -> dict[str, Any]:
        """Return the WSGI environment, with the verdict in it."""
        environ: dict[str, Any] = super().get_environment()
        environ[VERDICT] = self.request.verdict
        return environ

    def write(self, data: bytes) -> None:
        """Send what the app gives; the head leaves together with the first piece, where that is small."""
        if self.wrote_header or len(data) > SMALL:
            super().write(data)
            return
        pieces: list[bytes] = []
        self.channel.gathered = pieces
        try:
            super().write(data)
        finally:
            self.channel.gathered = None
        self.channel.write_soon(b"".join(pieces))

    def build_response_header(self) -> bytes:
        """Return the head of the answer, with the lines that it lacks.

        Behind Waitress's own work on it, which takes longer for each header than the policy for a request.
        """
        head: bytes = super().build_response_header()
        dest = self.request.headers.get("SEC_FETCH_DEST")
        lines = missing(self.response_headers, dest=dest, is_public=self.request.verdict is PUBLIC)
        return head[:-2] + lines + b"\r\n"


class Refusing(ErrorTask):  # type: ignore[misc]
    """The answer to a request that was refused, or that nobody understands."""

    def execute(self) -> None:
        """Answer, and close the connection."""
        error = self.request.error
        self.status, headers, body = refusal(error.code, getattr(error, "page", None))
        self.response_headers.extend(headers)
        self.set_close_on_finish()
        # To HEAD too it says how long it would be, and sends nothing that could be read as the next answer.
        self.write(b"" if getattr(self.request, "command", "") == "HEAD" else body)
