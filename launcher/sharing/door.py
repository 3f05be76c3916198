"""The guests' door: it lets devices in by an invitation, and leads those who are in to the app.

What the owner decides by and looks at is not behind it: the door has no other pages than its own four.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol

from launcher.serving.guard import answer, refuse
from launcher.serving.policy import GUEST, ROLE, VERDICT, Page, Verdict
from launcher.serving.refusals import refusal
from launcher.sharing import guest_pages
from launcher.sharing.describing import describe
from launcher.sharing.devices import Device
from launcher.sharing.entrance import (
    JOINS,
    LOOKS,
    STATE,
    WAIT,
    WAITS,
    WATCHES,
    Entrance,
    Welcome,
)
from launcher.sharing.invitations import hashed
from launcher.sharing.turns import Turns

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# By which some apps let a proxy say where they lie, and so which path is meant. There is no proxy.
MISLEADING = tuple(
    f"HTTP_{name}"
    for name in ("X_SCRIPT_NAME", "SCRIPT_NAME", "X_ORIGINAL_URL", "X_REWRITE_URL", "X_FORWARDED_PREFIX")
)
# The app comes next, and need not learn by what link somebody came. Not "no-referrer": with that, browsers do
# not say either from where a form is sent.
NO_QUERY = ("Referrer-Policy", "strict-origin")


class Host(Protocol):
    """Who shares: what happens at the door is told there."""

    asks: bool

    def joined(self, device: Device) -> None:
        """Hear that a device is in."""

    def asked(self, name: str, address: str, digits: str) -> None:
        """Hear that a device would like to be."""

    def stack(self, host: str) -> WSGIApplication:
        """Return the app as it is for guests that call this machine `host`."""


class Door:
    """The WSGI application of the guests' server."""

    def __init__(self, name: str, entrance: Entrance, host: Host, picture: str = "") -> None:
        self._name, self._entrance, self._host, self._picture = name, entrance, host, picture
        self._turns = Turns()
        self._cookie = re.compile(rf"(?:^|;)\s*{re.escape(entrance.cookie_name)}=[^;]*")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        verdict: Verdict = environ.pop(VERDICT)
        if verdict.reason == "guest":
            return self._lead_on(environ, start_response)
        own = self._answer(verdict, environ, start_response)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else own

    def _lead_on(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[ROLE] = GUEST
        for name in MISLEADING:
            environ.pop(name, None)
        # The app has its own ways to know people by; this is ours, and whoever prints it gives it away.
        environ["HTTP_COOKIE"] = self._cookie.sub("", environ.get("HTTP_COOKIE", "")).lstrip("; ")
        if not environ["HTTP_COOKIE"]:
            del environ["HTTP_COOKIE"]
        with self._turns.turn():
            return self._host.stack(environ["HTTP_HOST"])(environ, start_response)

    def _answer(
        self, verdict: Verdict, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        if verdict is LOOKS:
            page = guest_pages.invitation(
                self._name, environ["QUERY_STRING"], self._picture, asks=self._host.asks
            )
            return answer(start_response, "200 OK", page, [NO_QUERY])
        if verdict is JOINS:
            return self._join(environ, start_response)
        if verdict is WAITS or verdict is WATCHES:
            return self._tell_waiting(environ, start_response, is_page=verdict is WAITS)
        if isinstance(verdict, Welcome):
            if environ["PATH_INFO"] == STATE:
                return _json(start_response, {"state": "in"})
            return _see(start_response, "/")
        return refuse(verdict.status, start_response)

    def _join(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        name, address = describe(environ.get("HTTP_USER_AGENT")), environ["REMOTE_ADDR"]
        secret = secrets.token_urlsafe(32)
        entrance, ticket = self._entrance, environ["QUERY_STRING"].partition("&")[0]
        if entrance.devices.is_full():
            return self._no_room(start_response)
        if not entrance.invitations.use(ticket):  # another was quicker
            return _refuse(start_response, entrance.wrong_ticket(address))
        extra = [("Set-Cookie", entrance.cookie(secret)), NO_QUERY]
        if self._host.asks:
            has_asked_enough = entrance.asked.seconds_barred(address) or entrance.asked.note(address)
            question = None if has_asked_enough else entrance.questions.ask(name, address, secret)
            if question is None:
                return self._no_room(start_response)
            self._host.asked(name, address, question.digits)
            return _see(start_response, WAIT, extra)
        device = entrance.devices.admit(name, address, hashed(secret))
        if device is None:
            return self._no_room(start_response)
        self._host.joined(device)
        return _see(start_response, "/", extra)

    def _no_room(self, start_response: StartResponse) -> Iterable[bytes]:
        page = Page(guest_pages.full(self._name), (("Retry-After", "60"),))
        return _refuse(start_response, Verdict(429, "no room", page))

    def _tell_waiting(
        self, environ: WSGIEnvironment, start_response: StartResponse, *, is_page: bool
    ) -> Iterable[bytes]:
        question = self._entrance.questions.of(self._entrance.secret_in(environ.get("HTTP_COOKIE")))
        waits = question is not None and question.waits
        if not is_page:
            return _json(start_response, {"state": "waits" if waits else "refused"})
        if question is None or not waits:
            return answer(start_response, "200 OK", guest_pages.refused(self._name))
        page = guest_pages.waiting(self._name, question.digits, STATE, self._picture)
        return answer(start_response, "200 OK", page)


def _refuse(start_response: StartResponse, verdict: Verdict) -> Iterable[bytes]:
    """Answer with a refusal that says why."""
    status, headers, body = refusal(verdict.status, verdict.page)
    start_response(status, headers)
    return [body]


def _see(
    start_response: StartResponse, place: str, extra: list[tuple[str, str]] | None = None
) -> Iterable[bytes]:
    return answer(start_response, "303 See Other", "", [("Location", place), *(extra or [])])


def _json(start_response: StartResponse, told: dict[str, Any]) -> Iterable[bytes]:
    data = json.dumps(told).encode("ascii")
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(data))),
        ("Cache-Control", "no-store"),
    ]
    start_response("200 OK", headers)
    return [data]
