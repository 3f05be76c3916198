"""One sharing: an app open to devices at one address, from the link to the last connection."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from launcher.control import Message
from launcher.project.manifest import Manifest
from launcher.serving import adapting, bodies, pages
from launcher.serving.cookies import Apart
from launcher.serving.port import bind
from launcher.serving.server import Server
from launcher.sharing import addresses
from launcher.sharing.addresses import Address
from launcher.sharing.asking import Question
from launcher.sharing.devices import Device
from launcher.sharing.door import Door
from launcher.sharing.entrance import JOIN, Entrance
from launcher.sharing.invitations import FRESH
from launcher.sharing.listener import MOST, THREADS, GuestListener

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LARGEST_BODY = 64 << 20  # bytes; of a guest's, where the app takes more of its owner
HOURS = 8.0
MOST_HOURS = 24.0


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms an app is shared."""

    address: Address
    uses: int = 1  # devices that one link lets in
    asks: bool = False  # the owner decides about each
    hours: float = HOURS


class Sharing:
    """An app that is open to guests; `tell` gets the events of it, and they see its `picture`."""

    def __init__(
        self,
        manifest: Manifest,
        memory: Path,
        terms: Terms,
        app: Any,
        tell: Callable[[Message], None],
        picture: str = "",
    ) -> None:
        self.terms, self.asks = terms, terms.asks
        self._tell, self._lock = tell, threading.Lock()
        self._identifier = manifest.identifier
        address = terms.address
        bound = bind(f"{manifest.identifier} guests", memory=memory, address=address.ip)
        self.port: int = bound.getsockname()[1]
        hosts = (f"{address.authority}:{self.port}", f"{addresses.local_name()}:{self.port}")
        self.entrance = Entrance(manifest.name, frozenset(hosts), f"guest_{self.port}", manifest.server.owner)
        self._stacks: dict[str, WSGIApplication] = dict.fromkeys(hosts, pages.starting(manifest.name))
        largest = min(LARGEST_BODY, manifest.server.max_body)
        door = Door(manifest.name, self.entrance, self, picture)
        self.server = Server(
            door,
            bound,
            self.entrance.judge,
            threads=THREADS,
            max_body=largest,
            most=MOST,
            kind=GuestListener,
        )
        if app is not None:
            self.lead_to(app)
        self._ends_at = time.monotonic() + terms.hours * 3600
        self.until = datetime.now().astimezone() + timedelta(hours=terms.hours)
        self.over = threading.Event()
        self.link = ""
        self._renews_at = 0.0

    def open(self) -> None:
        """Answer guests from now on."""
        self.server.start()
        self.renew()

    def lead_to(self, app: Any) -> None:
        """Let the app answer, as it is for guests, and refuse the bodies that it refuses."""
        flasks = list(adapting.flask_apps(app))
        largest = bodies.largest(flasks)
        if largest is not None:
            self.server.limit_bodies(largest)
        adapting.follow_guests(flasks)
        is_shared = threading.Event()
        is_shared.set()  # a phone has one jar for all the apps of this address
        for host in self._stacks:
            self._stacks[host] = Apart(adapting.Adapted(app, host, flasks), self._identifier, is_shared)

    def stack(self, host: str) -> WSGIApplication:
        """Return the app as it is for guests that call this machine `host`."""
        return self._stacks[host]

    def renew(self) -> None:
        """Make another link the one to give away."""
        with self._lock:
            ticket = self.entrance.invitations.issue(None if self.asks else self.terms.uses)
            self.link = f"http://{self.terms.address.authority}:{self.port}{JOIN}?{ticket}"
            self._ticket, self._renews_at = ticket, time.monotonic() + FRESH
        self._tell(
            {
                "event": "shared",
                "link": self.link,
                "address": self.terms.address.ip,
                "port": self.port,
                "until": self.until.isoformat(timespec="seconds"),
                "ask": self.asks,
            }
        )

    def look_after(self) -> str:
        """Renew the link where it is time; return why the sharing is over, or nothing."""
        now = time.monotonic()
        if now >= self._ends_at:
            return f"Sharing has ended after {self.terms.hours:g} hours."
        if not addresses.is_still_there(self.terms.address):
            return (
                f"Sharing has ended: this computer no longer has the address {self.terms.address.ip}. "
                "It has left the network, or joined another."
            )
        for question in self.entrance.questions.give_up():
            self._tell(_guest("refused", question, question.digits))
        if now >= self._renews_at:
            self.renew()
        return ""

    def joined(self, device: Device) -> None:
        """Tell that a device is in, and have another link where this one is used up."""
        self._tell(_guest("joined", device))
        if not self.entrance.invitations.is_good(self._ticket):
            self.renew()

    def asked(self, name: str, address: str, digits: str) -> None:
        """Tell that a device would like to be in."""
        self._tell({"event": "guest", "what": "asks", "device": name, "address": address, "digits": digits})

    def answer(self, number: int, *, allow: bool) -> None:
        """Answer a device that asks."""
        question = self.entrance.questions.take(number)
        if question is None:
            return
        device = self._admit(question) if allow else None
        if device is None:
            self.entrance.questions.refuse(question)
        self._tell(_guest("refused" if device is None else "joined", question, question.digits))

    def _admit(self, question: Question) -> Device | None:
        return self.entrance.devices.admit(question.name, question.address, question.key)

    def revoke(self, number: int) -> None:
        """End a device's session, and cut what it is doing."""
        device = self.entrance.devices.remove(number)
        if device is not None:
            self.server.do(lambda: self._cut(number))
            self._tell(_guest("revoked", device))

    def _cut(self, number: int) -> None:
        listener = self.server.listener
        assert isinstance(listener, GuestListener)
        listener.cut(number)

    def close(self) -> None:
        """Close the listener and every connection."""
        self.over.set()
        self.server.end()


def _guest(what: str, who: Device | Question, digits: str = "") -> Message:
    return {"event": "guest", "what": what, "device": who.name, "address": who.address, "digits": digits}
