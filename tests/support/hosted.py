"""A project on a real server, plain or by `launcher serve`: how each is started, and that it answers."""

from __future__ import annotations

import http.client
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from launcher import host
from tests.support.installing import ROOT
from tests.support.programs import environment
from tests.support.running import Running
from tests.support.waiting import until

OURS = ("waitress", "gunicorn", "uwsgi")
PLAIN = ("flask run", "waitress", "gunicorn", "uwsgi")
ADDRESS = "127.0.0.1"
Words = Sequence[str | Path]
BIN = Path(sys.executable).parent  # uWSGI and Gunicorn of the same environment


@dataclass(frozen=True, slots=True)
class Hosted:
    """A server under way."""

    port: int
    running: Running
    address: str = ADDRESS

    @property
    def pid(self) -> int:
        return self.running.process.pid


def plain_command(server: str, bind: str) -> list[str | Path]:
    """Return the command that its first page names, for `app:app` in the current folder."""
    address, _, port = bind.rpartition(":")
    commands: dict[str, list[str | Path]] = {
        "flask run": [sys.executable, "-m", "flask", "run", "--host", address, "--port", port],
        "waitress": [sys.executable, "-m", "waitress", f"--listen={bind}", "app:app"],
        "gunicorn": [sys.executable, "-m", "gunicorn", f"--bind={bind}", "app:app"],
        "uwsgi": [BIN / "uwsgi", "--http-socket", bind, "--module", "app:app", "--master", "--need-app"],
    }
    return commands[server]


def serve_command(project: Path | str, server: str, bind: str, name: str, *more: str) -> list[str | Path]:
    """Return the command of `launcher serve`: without https, and by whoever runs the tests."""
    said = ("--hosts", name, "--plain-http", *(("--as-root",) if host.is_root() else ()))
    words = (sys.executable, "-m", "launcher", "serve", project, "--server", server, "--bind", bind)
    return [*words, *said, *more]


@contextmanager
def hosted(
    command: Words,
    project: Path,
    place: Path,
    port: int,
    *,
    path: str = "/",
    name: str = "",
    address: str = ADDRESS,
    env: Mapping[str, str] | None = None,
    wrapped: Callable[[Words], Words] = lambda words: words,
    seconds: float = 60.0,
) -> Iterator[Hosted]:
    """Start a server and wait until a path answers under a name; surely end it."""
    place.mkdir(parents=True, exist_ok=True)
    environ = environment(
        HOME=str(place), TMPDIR=str(place), PYTHONPATH=str(ROOT), PYTHONDONTWRITEBYTECODE="1", **(env or {})
    )
    running = Running([*wrapped(command)], environ, place / "said", cwd=project)
    try:
        made = Hosted(port, running, address)
        until(partial(_answers, made, path, name), seconds=seconds, what=lambda: _said(running))
        yield made
    finally:
        running.clean_up()


def _said(running: Running) -> str:
    return f"{running.stdout[-2000:]}\n{running.stderr[-4000:]}"


def _answers(made: Hosted, path: str, name: str) -> bool:
    assert made.running.process.poll() is None, _said(made.running)
    connection = http.client.HTTPConnection(made.address, made.port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": name} if name else {})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
