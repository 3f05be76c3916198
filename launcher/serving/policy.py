"""Who may talk to the app: one policy value, asked by every layer that meets a request.

The checks and their order, the first failure deciding: Host, entry ticket,
Sec-Fetch-Site, Origin, session. All comparisons are of whole strings; looking
at prefixes or suffixes of an origin is how others were led astray.
"""

from __future__ import annotations

import hmac
import re
import secrets
import string
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote

from launcher.serving.tickets import Tickets

ADDRESS = "127.0.0.1"
PREFIX = "/.launcher/"
ENTER = PREFIX + "enter"
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Request:
    """The part of a request that the policy looks at; None is a header that was not sent."""

    method: str
    path: str
    query: str = ""
    host: str | None = None
    fetch_site: str | None = None
    origin: str | None = None
    cookie: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a request: let through, sent in with a new session, or refused."""

    status: int
    reason: str

    @property
    def allowed(self) -> bool:
        return self.status == 200


PASS = Verdict(200, "")
ENTERED = Verdict(303, "")
WRONG_HOST = Verdict(421, "host")
WRONG_TICKET = Verdict(403, "ticket")
WRONG_SITE = Verdict(403, "site")
WRONG_ORIGIN = Verdict(403, "origin")
NO_SESSION = Verdict(403, "session")


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy of one launch: a new secret each time, kept in memory only."""

    host: str
    cookie_name: str
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    tickets: Tickets = field(default_factory=Tickets, repr=False)

    @classmethod
    def for_port(cls, port: int) -> Policy:
        """Make the policy of an app that listens on 127.0.0.1 at `port`."""
        # Cookies are shared by all ports of a host: the port in the name keeps apps apart.
        return cls(host=f"{ADDRESS}:{port}", cookie_name=f"app_{port}")

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    @property
    def cookie(self) -> str:
        """The Set-Cookie value that opens a session: host-only, gone with the window."""
        return f"{self.cookie_name}={self.secret}; Path=/; HttpOnly; SameSite=Strict"

    def entry_url(self) -> str:
        """Return an address that lets its first visitor in, once."""
        return f"{self.origin}{ENTER}?{self.tickets.issue()}"

    def judge(self, request: Request) -> Verdict:
        """Decide about one request."""
        if request.host != self.host:
            return WRONG_HOST
        if request.path == ENTER:
            return self._enter(request)
        if request.fetch_site not in (None, "same-origin", "none"):
            return WRONG_SITE
        if request.origin is not None and request.origin != self.origin:
            return WRONG_ORIGIN
        if not self._has_session(request.cookie):
            return NO_SESSION
        return PASS

    def _enter(self, request: Request) -> Verdict:
        # Anything but the one expected shape must not use the ticket up. A browser comes from a file of
        # ours, which it calls another site: the ticket is not for its command line, which others can read.
        if request.method != "GET" or request.fetch_site not in (None, "same-origin", "none", "cross-site"):
            return WRONG_TICKET
        ticket = request.query.partition("&")[0]
        return ENTERED if self.tickets.redeem(ticket) else WRONG_TICKET

    def _has_session(self, header: str | None) -> bool:
        given = _cookie(header, self.cookie_name)
        return given is not None and hmac.compare_digest(
            given.encode("utf-8", "surrogateescape"), self.secret.encode()
        )


def destination(query: str) -> str:
    """Return the path that an entry leads to: `next` where it is a path of the app, else its root."""
    path = parse_qs(query.partition("&")[2]).get("next", ["/"])[0]
    # Two slashes or a backslash would name another host, also with a tab or a
    # line's end between them, which browsers drop.
    if not path.startswith("/") or path.startswith(("//", "/\\")) or CONTROLS.search(path):
        return "/"
    return quote(path, safe=string.punctuation)


def _cookie(header: str | None, name: str) -> str | None:
    """Return the cookie `name`, however odd the cookies beside it are."""
    for part in (header or "").split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return value
    return None
