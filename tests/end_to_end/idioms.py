"""Small projects as people write them: built in their folder, and used as a friend uses the program.

What they need is installed from `idioms.txt` (made from `idioms.in`, as CONTRIBUTING.md tells of the other
locks), for the slow ones from `idioms-heavy.txt`; each once for a Python, and kept in the cache.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.corpus.cases import Visit
from tests.corpus.environments import environment_for, moved_away
from tests.corpus.visitor import Page, Visitor
from tests.end_to_end.builds import Build, Builder, set_up
from tests.end_to_end.frozen import Stranger, sealed
from tests.support.processes import with_descendants
from tests.support.running import Running

HERE = Path(__file__).parent
SAMPLES = HERE.parent / "samples" / "idioms"
PLACE = "Übungen im 2. Semester"  # where the projects lie: people do not avoid spaces and umlauts
BOUNDARY = "next-part"
PROCESSES = 2  # of a program: its window's, and the app's


def environment(lock: str, cache: Path, python: str = sys.executable) -> Path:
    """Return an environment with all that stands in a lock, made when it is not there yet."""
    file = HERE / f"{lock}.txt"
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:8]
    return environment_for(f"{lock}-{digest}", ("--require-hashes", "-r", str(file)), cache, python=python)


@dataclass
class Project:
    """A sample in a folder of its own, which can be built, and its program used."""

    folder: Path
    environment: Path
    builder: Builder
    stranger: Stranger
    cookies: dict[str, str] = field(default_factory=dict)

    def build(self, version: str = "1.0", *options: str) -> Build:
        """Build it as its author does, with his environment active."""
        settings = self.folder / "pyproject.toml"
        lines = settings.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if not line.startswith("version = ")]
        place = kept.index("[tool.launcher]") + 1
        settings.write_text("\n".join([*kept[:place], f'version = "{version}"', *kept[place:], ""]), "utf-8")
        active = {
            "VIRTUAL_ENV": str(self.environment),
            "PATH": f"{self.environment / 'bin'}{os.pathsep}{os.environ['PATH']}",
        }
        return self.builder.build(".", self.output, *options, cwd=self.folder, env=active)

    @property
    def output(self) -> Path:
        """Return the folder of the programs."""
        return self.folder.parent.parent / "dist"

    def overlay(self, newer: str) -> None:
        """Write what a newer version of the sample has over this one."""
        shutil.copytree(SAMPLES / newer, self.folder, dirs_exist_ok=True)

    @contextmanager
    def used(
        self, build: Build, env: Mapping[str, str] | None = None, *, processes: int = PROCESSES
    ) -> Iterator[Friend]:
        """Let a friend use the program, and see that it is one, ends in order and leaves no process."""
        program = build.program
        with moved_away(self.folder, self.environment), sealed(program.parent):
            running = self.stranger.start(program, env=env)
            friend = Friend(running, self.cookies)
            yield friend
            family = with_descendants(running.process.pid)
            assert len(family) == processes, family
            assert listening(family) == [("127.0.0.1", friend.port)]
            assert running.stop() == 0, running.stderr
            self.cookies = friend.kept()

    def found(self, name: str) -> Path:
        """Return a file of this name in the friend's home."""
        (place,) = [path for path in self.stranger.home.rglob(name) if path.is_file()]
        return place


class Friend(Visitor):
    """Somebody who uses a program; the window kept the cookies of the last time."""

    def __init__(self, running: Running, cookies: Mapping[str, str]) -> None:
        self.running = running
        super().__init__(running.entry())
        self._cookies = {**cookies, **self._cookies}

    @property
    def port(self) -> int:
        """Return the port that the program listens at."""
        return int(self._origin.rpartition(":")[2])

    def kept(self) -> dict[str, str]:
        """Return the cookies as they are now."""
        return dict(self._cookies)

    def sees(self, path: str, text: str = "", *, headers: Mapping[str, str] | None = None) -> str:
        """Open a page, see that it is there and shows a text, and return all of it."""
        page = self.ask(path, headers=headers)
        shown = page.body.decode("utf-8", "replace")
        assert page.status == 200 and text in shown, (path, page.status, shown, self.running.stderr)
        return shown

    def sends(self, path: str, form: dict[str, str], shows: str = "", *, token: bool = False) -> None:
        """Fill in a form, send it, and see what is shown then."""
        wrong = self.do(Visit(path, shows, form=form, token=token))
        assert not wrong, (wrong, self.running.stderr)

    def uploads(self, path: str, form: Mapping[str, str], field: str, name: str, data: bytes) -> Page:
        """Send a form with a file."""
        parts = [_part(f'name="{key}"', value.encode()) for key, value in form.items()]
        parts.append(_part(f'name="{field}"; filename="{name}"', data))
        body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
        return self.ask(
            path, body=body, headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        )

    def joins(self, path: str) -> str:
        """Connect to a Socket.IO server by polling, and return the address of the session."""
        address = f"{path}?EIO=4&transport=polling"
        opened = json.loads(self.sees(address, '0{"sid":')[1:])
        assert opened["upgrades"] == [], "who is offered none does not try"
        address += f"&sid={opened['sid']}"
        assert self.ask(address, body=b"40").body == b"OK"
        self.sees(address, '40{"sid":')
        return address

    @contextmanager
    def listens(self, path: str) -> Iterator[http.client.HTTPResponse]:
        """Open a stream and keep it open for a while."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
            connection.request("GET", path, headers={"Cookie": cookie})
            with connection.getresponse() as response:
                yield response
        finally:
            connection.close()


def listening(family: Sequence[psutil.Process]) -> list[tuple[str, int]]:
    """List where processes listen."""
    return [
        (connection.laddr.ip, connection.laddr.port)
        for process in family
        for connection in process.net_connections("all")
        if connection.status == psutil.CONN_LISTEN
    ]


def _part(head: str, data: bytes) -> bytes:
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + data + b"\r\n"


def project(
    sample: str, place: Path, environment: Path, builder: Builder, stranger: Stranger, settings: str = ""
) -> Project:
    """Put a sample where its author has it."""
    folder = place / PLACE / sample
    shutil.copytree(SAMPLES / sample, folder, ignore=shutil.ignore_patterns("__pycache__"))
    set_up(folder, settings=settings)
    return Project(folder, environment, builder, stranger)
