"""An app that is shared in a network of the tests' own, its owner, and its guests."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from launcher.control import Message, Order
from launcher.logs import Log
from launcher.paths import AppFolders
from launcher.process import BackendProcess
from launcher.project.manifest import Manifest, ServerSettings
from tests.support.asking import Answer
from tests.support.backends import SCRIPT
from tests.support.networks import Machine
from tests.support.programs import backend_command, environment
from tests.support.visiting import Caller
from tests.support.waiting import until

PAGE = "/.launcher/share"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Mobile Safari/537.36"
)


class Shared:
    """A backend on one machine of a network; its program is the test."""

    def __init__(self, machine: Machine, place: Path, project: Path, **values: Any) -> None:
        self.machine = machine
        self.folders = AppFolders(place / "data")
        self.folders.make()
        self.events: list[Message] = []
        self.log = Log(self.folders.logs / "app.log")
        share, python = values.pop("order", None), values.pop("python", sys.executable)
        server = ServerSettings(**values.pop("server", {}))
        named = {"name": "Quiz", "identifier": f"org.example.shared-{os.getpid()}", "version": "1"}
        manifest = Manifest(**{**named, "share": True, **values}, target=SCRIPT, server=server)
        manifest.save(place / "launcher.json")
        order = Order(str(place / "launcher.json"), str(project), str(self.folders.root), share=share)
        self.command = machine.command(backend_command(python))
        self.process = BackendProcess(
            self.command, order, self.log, self.events.append, environ=environment()
        )
        parts = urlsplit(self.event("ready")["url"])
        assert parts.port is not None
        self.owner = Caller("127.0.0.1", parts.port, machine)
        assert self.owner.ask(f"{parts.path}?{parts.query}").status == 303

    def event(self, name: str, number: int = -1) -> Message:
        """Wait for an event, and return the last one of its name or another."""
        found = until(
            lambda: [one for one in self.events if one["event"] == name],
            what=lambda: f"{name} after {self.events}: {self.log.tail()}",
        )
        return found[number]

    def named(self, name: str) -> list[Message]:
        """List the events of a name so far."""
        return [one for one in self.events if one["event"] == name]

    def share(self, who: str = "1", address: str | None = None) -> Message:
        """Begin to share by the owner's page, anew where that goes on already."""
        self.stop_sharing()
        before = len(self.named("shared"))
        self.owner.post(f"{PAGE}/start", address=address or self.machine.address, who=who)
        until(lambda: len(self.named("shared")) > before, what=lambda: self.owner.ask(PAGE).text)
        return self.event("shared")

    def stop_sharing(self) -> None:
        """End sharing by the owner's page."""
        self.owner.post(f"{PAGE}/stop")

    def guest(self, machine: Machine, agent: str = PHONE) -> Caller:
        """Return a guest's browser, which has not joined."""
        told = self.event("shared")
        return Caller(told["address"], told["port"], machine, agent)

    def joined(self, machine: Machine, agent: str = PHONE) -> Caller:
        """Return a guest's browser that has joined by the link of the moment."""
        guest = self.guest(machine, agent)
        found = join(guest, self.link())
        assert found.status == 303, found
        return guest

    def state(self) -> str:
        """Return what the owner's page shows."""
        return self.owner.ask(PAGE).text

    def link(self) -> str:
        """Return the link that the owner's page shows; events of it may be on their way yet."""
        return str(re.findall(r'<code id="link">([^<]+)</code>', self.state())[0])

    def close(self) -> None:
        """End the backend."""
        self.process.stop()
        self.log.close()


def path_of(link: str) -> str:
    """Return a link's path and ticket."""
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}"


def join(guest: Caller, link: str) -> Answer:
    """Press the button of the page behind a link."""
    return guest.post(path_of(link))


@contextmanager
def sharing(machine: Machine, place: Path, project: Path, **values: Any) -> Iterator[Shared]:
    """Give an app that can be shared, until the end of the block."""
    place.mkdir(parents=True, exist_ok=True)
    made = Shared(machine, place, project, **values)
    try:
        yield made
    finally:
        made.close()
