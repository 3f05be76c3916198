"""Who may talk to the app: one policy value, asked by every layer that meets a request.

The checks and their order, the first failure deciding: Host, entry ticket, Sec-Fetch-Site, Origin, session.
What a project allows to others comes last, and only where it says so. All comparisons are of whole strings;
looking at prefixes or suffixes of an origin is how others were led astray.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import NamedTuple

from launcher.serving.tickets import Tickets

ADDRESS = "127.0.0.1"
PREFIX = "/.launcher/"
ENTER = PREFIX + "enter"
OWN_SITES = (None, "same-origin", "none")  # of Sec-Fetch-Site; a page elsewhere on this machine is same-site
READS = ("GET", "HEAD")
# In the environ: no header of a client's gets such a name.
VERDICT = "launcher.verdict"  # of the gate
ROLE = "launcher.role"  # for the app: who asks; absent where nobody is known
OWNER, GUEST = "owner", "guest"


class Request(NamedTuple):
    """The part of a request that the policy looks at; None is a header that was not sent."""

    method: str
    path: str
    query: str = ""
    host: str | None = None
    fetch_site: str | None = None
    origin: str | None = None
    cookie: str | None = None
    fetch_mode: str | None = None
    fetch_dest: str | None = None
    authorization: str | None = None
    has_body: bool = False
    upgrades: bool = False  # asks for another protocol, as WebSockets do
    peer: str | None = None  # the address that it comes from


class Page(NamedTuple):
    """What a refusal says, where it says more than that it is one; `body` is HTML."""

    body: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a request: let through, sent in with a new session, or refused."""

    status: int
    reason: str
    page: Page | None = None

    @property
    def allowed(self) -> bool:
        return self.status == 200


PASS = Verdict(200, "")
PUBLIC = Verdict(200, "public")  # without a session: whoever asks is nobody
CAME_BACK = Verdict(200, "came back")  # from a provider; to be shown in the window
ENTERED = Verdict(303, "")
WRONG_HOST = Verdict(421, "host")
WRONG_TICKET = Verdict(403, "ticket")
WRONG_SITE = Verdict(403, "site")
WRONG_ORIGIN = Verdict(403, "origin")
NO_SESSION = Verdict(403, "session")


@dataclass(frozen=True, slots=True)
class Allowances:
    """What a project lets others do without a session: nothing, unless it says so."""

    public: tuple[str, ...] = ()  # patterns of paths that every page on this machine may read and frame
    callbacks: tuple[str, ...] = ()  # paths that a provider sends people back to, who signed in there
    scripts: bool = False  # programs of the same user may ask, with the token


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy of one launch: new secrets each time, kept in memory only.

    `doors` are paths for the token alone: a second start knocks there.
    """

    host: str
    cookie_name: str
    doors: frozenset[str] = frozenset()
    allowances: Allowances = Allowances()
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    tickets: Tickets = field(default_factory=Tickets, repr=False)

    @classmethod
    def for_port(
        cls, port: int, *, doors: frozenset[str] = frozenset(), allowances: Allowances = Allowances()
    ) -> Policy:
        """Make the policy of an app that listens on 127.0.0.1 at `port`."""
        # Cookies are shared by all ports of a host: the port in the name keeps apps apart.
        return cls(f"{ADDRESS}:{port}", f"app_{port}", doors, allowances)

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
        """Decide about one request; a good ticket is used up by it."""
        if request.host != self.host:
            return WRONG_HOST
        if request.path == ENTER:
            return self._enter(request)
        verdict = self._judge_own(request)
        if verdict.allowed:
            return verdict
        return self._allowed(request) or verdict

    def _enter(self, request: Request) -> Verdict:
        # Anything but the one expected shape must not use the ticket up.
        if request.method != "GET" or request.has_body or not _may_enter(request):
            return WRONG_TICKET
        ticket = request.query.partition("&")[0]
        return ENTERED if self.tickets.redeem(ticket) else WRONG_TICKET

    def _judge_own(self, request: Request) -> Verdict:
        """Decide about a request as one of the app's own pages."""
        if request.fetch_site not in OWN_SITES:
            return WRONG_SITE
        # Browsers name the origin of every WebSocket: one without was not opened by a page.
        if request.origin != self.origin and (request.origin is not None or request.upgrades):
            return WRONG_ORIGIN
        if request.path in self.doors:
            return PASS if self._has_token(request) else NO_SESSION
        if self._has_session(request.cookie):
            return PASS
        return PASS if self.allowances.scripts and self._has_token(request) else NO_SESSION

    def _has_session(self, header: str | None) -> bool:
        given = cookie_of(header, self.cookie_name)
        return given is not None and _same(given, self.secret)

    def _has_token(self, request: Request) -> bool:
        # Not beside a cookie: a browser sends those by itself, and no script of the user's has any.
        given = request.authorization
        return given is not None and request.cookie is None and _same(given, f"Bearer {self.token}")

    def _allowed(self, request: Request) -> Verdict | None:
        """Return what the project allows to somebody else's page, if it does."""
        if request.has_body or request.upgrades or request.path in self.doors:
            return None
        if request.method in READS and is_public(request.path, self.allowances.public):
            return PUBLIC
        if request.method == "GET" and is_navigation(request) and request.path in self.allowances.callbacks:
            return CAME_BACK
        return None


def _may_enter(request: Request) -> bool:
    # A browser comes from a file of ours, which it calls another site: the ticket is not for its command
    # line, which everybody on the machine can read.
    site = request.fetch_site
    return site in OWN_SITES or (site == "cross-site" and is_navigation(request))


def is_navigation(request: Request) -> bool:
    """Tell whether somebody goes to a page, by a link or an address, as far as the browser says."""
    return request.fetch_mode in (None, "navigate") and request.fetch_dest in (None, "document")


def is_public(path: str, patterns: tuple[str, ...]) -> bool:
    """Tell whether a path is one of those that a project shows to everybody.

    `*` does not lead out of a folder: where a step up, an empty or a hidden step is in the path, it is not.
    """
    if not patterns or "\\" in path or any(step in ("", ".", "..") for step in path.split("/")[1:-1]):
        return False
    return not path.endswith(("/.", "/..")) and any(fnmatchcase(path, pattern) for pattern in patterns)


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), wanted.encode())


def cookie_of(header: str | None, name: str) -> str | None:
    """Return the cookie `name`, however odd the cookies beside it are."""
    for part in (header or "").split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return value
    return None
