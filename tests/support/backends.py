"""Backends as a program starts them, and the events that they send."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from launcher.control import Message, Order
from launcher.logs import Log
from launcher.paths import AppFolders
from launcher.process import BackendProcess
from launcher.project.manifest import Manifest, ServerSettings
from launcher.project.target import Target
from tests.support.asking import Visitor
from tests.support.processes import with_descendants
from tests.support.programs import backend_command, environment
from tests.support.waiting import until

SCRIPT = Target(None, "app.py", None, ".", "a test")


class Backend:
    """A backend, and what it has said so far."""

    def __init__(self, order: Order, log: Log, options: dict[str, Any]) -> None:
        self.events: list[Message] = []
        self.log = log
        self.process = BackendProcess(backend_command(), order, log, self.events.append, **options)

    def event(self, name: str) -> Message:
        """Wait for an event."""
        return until(
            lambda: next((one for one in self.events if one["event"] == name), {}),
            what=lambda: f"{name} after {self.events}: {self.log.tail()}",
        )

    def names(self) -> list[str]:
        """List the names of the events so far."""
        return [str(event["event"]) for event in self.events]

    def visit(self) -> Visitor:
        """Enter the app when it is ready."""
        return Visitor(self.event("ready")["url"])

    def everyone(self) -> list[psutil.Process]:
        """List the backend's process and all that it started."""
        return with_descendants(self.process.pid)


class Backends:
    """Starts backends of one app and ends them with the test."""

    def __init__(self, folders: AppFolders, place: Path, log: Log) -> None:
        self.folders = folders
        self._place = place
        self._log = log
        self._made: list[Backend] = []

    def start(
        self,
        project: Path,
        *,
        target: Target = SCRIPT,
        manifest: dict[str, Any] | None = None,
        order: dict[str, Any] | None = None,
        **options: Any,
    ) -> Backend:
        """Start a backend; `manifest` and `order` are what differs from the plainest."""
        path = self._place / f"launcher {len(self._made)}.json"
        values = {
            "name": "Quiz",
            "identifier": f"org.example.quiz-{os.getpid()}",
            "version": "1",
            **(manifest or {}),
        }
        values["server"] = ServerSettings(**values.get("server", {}))
        Manifest(**values, target=target).save(path)
        ordered = Order(str(path), str(project), str(self.folders.root), **(order or {}))
        options.setdefault("environ", environment())
        self._made.append(Backend(ordered, self._log, options))
        return self._made[-1]

    def end(self) -> None:
        """End all that were started."""
        for backend in self._made:
            backend.process.stop(0.0)


@contextmanager
def backends_of(folders: AppFolders, place: Path) -> Iterator[Backends]:
    """Give backends that surely end."""
    log = Log(folders.logs / "app.log")
    made = Backends(folders, place, log)
    try:
        yield made
    finally:
        made.end()
        log.close()
