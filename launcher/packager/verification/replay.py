"""The source, started again and again like the program: does it keep what the program seems to lose?

Asked only where a difference was found. An app that empties its database at every start does so at home
as well, and a build must not call that a defect of the packaging.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher.control import Message, Order
from launcher.errors import BuildError
from launcher.logs import Log
from launcher.packager.commands import composed
from launcher.packager.serving import START_DEADLINE
from launcher.packager.source import backend_command
from launcher.paths import AppFolders
from launcher.process import BackendProcess
from launcher.project.environment import Interpreter
from launcher.project.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Source:
    """A project that can be started from source; `copy` lays a fresh copy of it."""

    manifest: Manifest
    interpreter: Interpreter
    copy: Callable[[Path], None]


class Replay:
    """A copy of the source that runs as often as wanted, with one folder for all that it writes."""

    def __init__(self, source: Source, scratch: Path) -> None:
        self._source = source
        self._scratch = scratch
        self.home = scratch / "project"
        source.copy(self.home)
        (scratch / "user").mkdir()
        self._folders = AppFolders(scratch / "data")
        self._folders.make()
        source.manifest.save(scratch / "launcher.json")

    @contextmanager
    def start(self) -> Iterator[str]:
        """Start it, and yield its entry URL."""
        user = str(self._scratch / "user")
        order = Order(str(self._scratch / "launcher.json"), str(self.home), str(self._folders.root))
        events: queue.Queue[Message] = queue.Queue()
        log = Log(self._folders.logs / "app.log")
        command = backend_command(self._source.interpreter)
        environ = composed({"HOME": user, "USERPROFILE": user})
        backend = BackendProcess(command, order, log, events.put, environ=environ)
        try:
            yield _entry(events)
        finally:
            backend.stop()
            log.close()


def _entry(events: queue.Queue[Message]) -> str:
    while True:
        try:
            event = events.get(timeout=START_DEADLINE)
        except queue.Empty:
            raise BuildError("From source it does not start a second time.") from None
        if event["event"] == "ready":
            return str(event["url"])
        if event["event"] in ("failed", "ended"):
            raise BuildError("From source it does not start a second time.")
