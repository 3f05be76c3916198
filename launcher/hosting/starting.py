"""From an order to a running server; every program of ours that serves begins here.

    start_hosting.py ORDER             serve, in the foreground
    start_hosting.py ORDER --check     only say whether it would be served; exit code 0 where it would
    start_hosting.py ORDER --examine   (ours) load the app, write what was found to a file, and end
    start_hosting.py ORDER --work      (ours) be one of Waitress's processes
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from launcher import ending, report
from launcher.errors import BrokenProject, LauncherError, UsageError
from launcher.hosting import order, refusing, tuning
from launcher.hosting.application import Project
from launcher.hosting.examining import SALT, Examination, Problem, Watch, examine, new_salt
from launcher.hosting.order import Hosting
from launcher.hosting.telling import description, say

BROKEN = 6
OURS = ("--examine", "--work")
Settled = tuple[Hosting, str, str]


def run(script: str, words: Sequence[str]) -> int:
    """Do what the command line asks for; return the exit code. Errors are written to standard error."""
    root, mode = Path.cwd(), ""
    try:
        path, mode, rest = _read(words)
        asked = order.load(path)
        root = Path(asked.root)
        code = _do(mode, Start(script, path, asked), rest)
    except LauncherError as error:
        sys.stderr.write(f"Error: {error.message}\n")
        if error.todo:
            sys.stderr.write(f"What to do: {error.todo}\n")
        code = error.exit_code
    except (Exception, SystemExit) as error:
        sys.stderr.write(f"{report.of_exception(error, root).to_text()}\n")
        code = BROKEN
    if mode in OURS:
        ending.leave(code)  # whatever threads the app has left
    return code


class Start:
    """One order that is being carried out."""

    def __init__(self, script: str, path: Path, asked: Hosting) -> None:
        self.script, self.path, self.order = script, path, asked

    def serve(self) -> int:
        """Serve until told to stop."""
        self.refuse()
        server = self.order.server
        if server == "waitress":
            from launcher.hosting import waitress

            return waitress.serve(self.order, self.script, self.path)
        settled, salt, keys = self.settle()
        if server == "gunicorn":
            from launcher.hosting import gunicorn

            return gunicorn.serve((settled, salt, keys), self.look_again)
        from launcher.hosting import uwsgi

        return uwsgi.serve(settled, self.script, self.path, salt)

    def settle(self) -> Settled:
        """Look at the project; return the order with its numbers chosen, a salt, the proof of its keys."""
        salt, found = self.preflight()
        return tuning.settled(self.order, has_sqlite=bool(found.sqlite)), salt, found.key

    def refuse(self) -> None:
        """Raise for what can be said without loading the project."""
        refusing.refuse(self.order)
        if self.order.server == "uwsgi":
            from launcher.hosting import uwsgi

            uwsgi.find()

    def look_again(self) -> Settled | None:
        """Look at order and project as they are now; where they cannot be served, say why."""
        try:
            now = Start(self.script, self.path, order.load(self.path))
            now.refuse()
            return now.settle()
        except LauncherError as error:
            say(f"{error.message} {error.todo}".strip())
            return None

    def check(self) -> int:
        """Say whether the order would be served."""
        self.refuse()
        settled, _, _ = self.settle()
        say(description(settled, settled.bind, only_would=True))
        return 0

    def preflight(self) -> tuple[str, Examination]:
        """Load the app in a process of its own and look at it; raises what keeps it from being served."""
        salt = new_salt()
        with tempfile.TemporaryDirectory(prefix="launcher-serve-") as folder:
            place = Path(folder) / "found.json"
            command = [sys.executable, self.script, str(self.path), "--examine", str(place)]
            done = subprocess.run(
                command, env={**os.environ, SALT: salt}, stdin=subprocess.DEVNULL, check=False
            )
            if not place.exists():
                raise BrokenProject(
                    f"The app ended while it was being looked at (exit code {done.returncode}).",
                    "What it said before stands above.",
                )
            values = json.loads(place.read_text(encoding="utf-8"))
        if "failed" in values:
            raise BrokenProject(values["failed"], values["todo"])
        problems = [Problem(**one) for one in values["problems"]]
        if problems:
            raise UsageError(problems[0].message, problems[0].todo)
        return salt, Examination([], values["sqlite"], values["key"])

    def examine(self, place: Path) -> int:
        """Load the app and write down what was found; the end of this process is its own."""
        salt, watch = os.environ.pop(SALT, ""), Watch()
        project = Project.of(self.order)

        def note(app: Any) -> None:
            _write(place, asdict(examine(app, self.order, watch, salt)))
            ending.leave(0)

        try:
            note(project.load(note))
        except (Exception, SystemExit) as error:
            told = report.of_exception(error, Path(self.order.root))
            if told.details:
                sys.stderr.write(f"{told.details}\n")
            _write(place, {"failed": told.sentence, "todo": told.todo})
        ending.leave(0)
        return 0

    def work(self, bound: int, line: int) -> int:
        """Be one of the processes that answer, with the numbers of the socket and of the master's line."""
        if self.order.server == "waitress":
            from launcher.hosting import waitress

            return waitress.work(self.order, bound, line)
        from launcher.hosting import uwsgi

        return uwsgi.work(self.order, self.script, self.path, bound, line)


def _do(mode: str, start: Start, rest: Sequence[str]) -> int:
    if mode == "--examine":
        return start.examine(Path(rest[0]))
    if mode == "--work":
        return start.work(int(rest[0]), int(rest[1]))
    return start.check() if mode == "--check" else start.serve()


def _read(words: Sequence[str]) -> tuple[Path, str, Sequence[str]]:
    counts = {"": 0, "--check": 0, "--examine": 1, "--work": 2}
    mode = words[1] if len(words) > 1 else ""
    if not words or words[0].startswith("-") or counts.get(mode) != len(words[2:]):
        raise UsageError("This starts a server from an order.", "Write: start_hosting.py ORDER [--check]")
    return Path(words[0]).absolute(), mode, words[2:]


def _write(place: Path, values: dict[str, Any]) -> None:
    part = place.with_name("part")
    part.write_text(json.dumps(values), encoding="utf-8")
    part.replace(place)
