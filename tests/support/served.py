"""A project being served by a real server, as `start_hosting.py` starts it from an order."""

from __future__ import annotations

import http.client
import os
import re
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher.hosting.order import Hosting
from launcher.paths import PACKAGE
from launcher.project.manifest import Manifest, ServerSettings
from launcher.project.target import Target
from tests.support.asking import DEADLINE, Answer, answer_of
from tests.support.programs import environment
from tests.support.running import Running
from tests.support.waiting import until

START = PACKAGE / "start_hosting.py"
SCRIPT = Target(None, "app.py", None, ".", "a test")
NAME = "example.org"
AT = re.compile(r"launcher: Serving at (\S+) with")


@dataclass
class Served:
    """A server under way, and how it is asked."""

    running: Running
    place: str = ""

    def __post_init__(self) -> None:
        found = until(
            lambda: AT.search(self.running.stderr) or self.running.process.poll() is not None,
            what=lambda: self.running.stderr,
        )
        assert isinstance(found, re.Match), self.running.stderr
        self.place = found[1]

    def connect(self) -> socket.socket:
        """Return a connection to it."""
        if self.place.startswith("unix:"):
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(DEADLINE)
            try:
                connection.connect(self.place.removeprefix("unix:"))
            except OSError:
                connection.close()
                raise
            return connection
        host, _, port = self.place.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=DEADLINE)

    def ask(
        self,
        path: str = "/",
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> Answer:
        """Ask once, by the app's name unless another is given."""
        connection = http.client.HTTPConnection(NAME)
        connection.sock = self.connect()
        try:
            connection.request(method, path, body=body, headers={**(headers or {})})
            return answer_of(connection)
        finally:
            connection.close()

    def exchange(self, sent: bytes) -> bytes:
        """Send bytes, and return all that comes back until the server closes."""
        received = b""
        with self.connect() as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while data := connection.recv(65536):
                received += data
        return received

    def log_of(self, path: str) -> list[str]:
        """Return the lines of the access log about a path, when there are any."""
        return until(
            lambda: [line for line in self.running.stdout.splitlines() if f" {path} " in line],
            what=lambda: self.running.stdout,
        )


def write_order(
    folder: Path, project: Path, *, target: Target = SCRIPT, manifest: Mapping[str, Any] = {}, **order: Any
) -> Path:
    """Write an order and its manifest; what is not said is as plain as can be."""
    settings = ServerSettings(**manifest.get("server", {}))
    values = {**manifest, "server": settings}
    folder.mkdir(parents=True, exist_ok=True)
    Manifest("Quiz", "org.example.quiz", "1", target, **values).save(folder / "launcher.json")
    asked = {"hosts": (NAME,), "bind": "127.0.0.1:0", "as_root": os.geteuid() == 0, **order}
    Hosting("launcher.json", str(project), **asked).save(folder / "serve.json")
    return folder / "serve.json"


def start(order: Path, *words: str, python: str = sys.executable, **environ: str) -> Running:
    """Start what an order asks for."""
    notes = order.with_name(f"notes {len(list(order.parent.glob('notes *.out')))}")
    return Running([python, START, order, *words], environment(**environ), notes)


@contextmanager
def serving(order: Path, **environ: str) -> Iterator[Served]:
    """Serve an order until the end of the block."""
    running = start(order, **environ)
    try:
        yield Served(running)
    finally:
        running.clean_up()
