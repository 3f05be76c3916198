"""Who of the network may talk to the app: the policy of guests, asked with a request's headers.

The checks and their order, the first failure deciding: Host, Origin, Sec-Fetch-Site, the entry's ticket, the
session of the device, the owner's own paths. Browsers send Sec-Fetch-Site only to addresses that they trust,
and one of a home network is none: the rest must do without it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from launcher.serving.policy import (
    OWN_SITES,
    PREFIX,
    READS,
    WRONG_HOST,
    WRONG_ORIGIN,
    WRONG_SITE,
    Page,
    Request,
    Verdict,
    cookie_of,
    is_navigation,
)
from launcher.sharing import guest_pages
from launcher.sharing.asking import Questions
from launcher.sharing.attempts import Attempts
from launcher.sharing.devices import Device, Devices
from launcher.sharing.invitations import Invitations
from launcher.sharing.paths import is_below, is_owners

JOIN, WAIT, STATE = PREFIX + "join", PREFIX + "wait", PREFIX + "wait/state"

LOOKS = Verdict(200, "looks at an invitation")
JOINS = Verdict(200, "joins")
WAITS = Verdict(200, "waits for an answer")
WATCHES = Verdict(200, "looks whether there is an answer")
WRONG_METHOD = Verdict(405, "method")
NOT_THERE = Verdict(404, "path")


@dataclass(frozen=True, slots=True)
class Welcome(Verdict):
    """The verdict on a request of a device that is in."""

    device: Device | None = None


@dataclass(frozen=True, slots=True)
class Entrance:
    """The policy of one sharing."""

    name: str
    hosts: frozenset[str]
    cookie_name: str
    owners: tuple[str, ...] = ()  # patterns of paths
    invitations: Invitations = field(default_factory=Invitations)
    devices: Devices = field(default_factory=Devices)
    questions: Questions = field(default_factory=Questions)
    attempts: Attempts = field(default_factory=Attempts)  # with wrong tickets
    asked: Attempts = field(default_factory=Attempts)  # to be let in

    def cookie(self, secret: str) -> str:
        """Return the Set-Cookie value of a device's session."""
        return f"{self.cookie_name}={secret}; Path=/; HttpOnly; SameSite=Strict"

    def secret_in(self, header: str | None) -> str | None:
        """Return the session that a Cookie header names."""
        return cookie_of(header, self.cookie_name)

    def judge(self, request: Request) -> Verdict:
        """Decide about one request; it uses no ticket up."""
        if request.host not in self.hosts:
            return WRONG_HOST
        if request.origin != f"http://{request.host}" and (request.origin is not None or request.upgrades):
            return WRONG_ORIGIN
        if request.fetch_site not in OWN_SITES and not _follows_link(request):
            return WRONG_SITE
        secret = self.secret_in(request.cookie)
        device = self.devices.of(secret)
        if request.path == JOIN:
            return self._judge_entry(request) if device is None else Welcome(200, "is in", device=device)
        if device is None:
            return self._judge_stranger(request, secret)
        if is_below(request.path, PREFIX):
            is_own = request.path in (WAIT, STATE)
            return Welcome(200, "is in", device=device) if is_own else NOT_THERE
        if is_owners(request.path, self.owners):
            return self._refuse(403, "owner's path", guest_pages.owners_only(self.name))
        return Welcome(200, "guest", device=device)

    def _judge_entry(self, request: Request) -> Verdict:
        address = request.peer or ""
        seconds = self.attempts.seconds_barred(address)
        if seconds:
            return self._barred(seconds)
        if request.has_body or request.method not in (*READS, "POST"):
            return WRONG_METHOD
        if self.invitations.is_good(request.query.partition("&")[0]):
            return JOINS if request.method == "POST" else LOOKS
        return self.wrong_ticket(address)

    def wrong_ticket(self, address: str) -> Verdict:
        """Take note of a ticket that is not good, and return the verdict on who came with it."""
        seconds = self.attempts.note(address)
        if seconds:
            return self._barred(seconds)
        return self._refuse(403, "ticket", guest_pages.link_is_over(self.name))

    def _barred(self, seconds: int) -> Verdict:
        page = guest_pages.too_many_tries(self.name)
        return Verdict(429, "tries", Page(page, (("Retry-After", str(seconds)),)))

    def _judge_stranger(self, request: Request, secret: str | None) -> Verdict:
        question = self.questions.of(secret)
        if question is not None and request.method in READS and not request.has_body:
            if request.path in (WAIT, STATE):
                return WAITS if request.path == WAIT else WATCHES
            return self._refuse(403, "waits", guest_pages.still_waiting(self.name, WAIT))
        if self.devices.was_removed(secret):
            return self._refuse(403, "removed", guest_pages.removed(self.name))
        return self._refuse(403, "session", guest_pages.uninvited(self.name))

    @staticmethod
    def _refuse(status: int, reason: str, page: str) -> Verdict:
        return Verdict(status, reason, Page(page))


def _follows_link(request: Request) -> bool:
    """Tell whether somebody comes by an invitation, which is a link in another program."""
    return request.path == JOIN and request.method in READS and is_navigation(request)
