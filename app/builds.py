"""Builds: each a child process whose events are kept."""

from __future__ import annotations

import json
import re
import secrets
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .children import Children, Process, ask_to_end, kill_group
from .projects import Project, Projects
from .story import Story
from .systems import System, here

CANCEL_SECONDS = 15.0
KEPT_BUILDS = 20
LOG_LINES = 20_000
LINE_LENGTH = 4_000
COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user wants built."""

    name: str
    formats: tuple[str, ...]
    icon: Path | None
    systems: tuple[System, ...] = ()

    def arguments(self, project: Project) -> list[str]:
        """Return the launcher's arguments. `--x=value`: no value can be taken for an option."""
        arguments = ["build", project.path, "--json", f"--output={project.output}"]
        arguments += [f"--format={format}" for format in self.formats]
        arguments += [f"--target={one.target}" for one in self.systems]
        arguments += [f"--name={self.name}"] if self.name else []
        return arguments + ([f"--icon={self.icon}"] if self.icon else [])


class Build:
    """One build, running or over."""

    def __init__(self, project: Project, wish: Wish) -> None:
        self.id = secrets.token_hex(8)
        self.project = project
        self.wish = wish
        self.story = Story()
        self.started = time.time()
        self.cancelled = threading.Event()
        self.outcome = "running"  # then done, failed or cancelled
        self.result: dict[str, object] | None = None
        self._lines = 0

    def read_events(self, stream: IO[str]) -> None:
        """Take the events that the child writes, one JSON object a line."""
        with stream:
            for line in stream:
                event = _event(line)
                if event is None:
                    self._log(line)
                    continue
                if event["event"] in ("done", "error"):
                    self.result = event
                self.story.tell({**event, "at": round(time.time() - self.started, 2)})

    def read_log(self, stream: IO[str]) -> None:
        """Take what the child says beside its events."""
        with stream:
            for line in stream:
                self._log(line)

    def _log(self, line: str) -> None:
        text = COLOURS.sub("", line).rstrip()[:LINE_LENGTH]
        self._lines += 1
        if self._lines == LOG_LINES:
            text = f"… more than {LOG_LINES} lines: the rest is left out"
        if text and self._lines <= LOG_LINES:
            self.story.tell({"event": "log", "line": text})

    def finish(self, code: int) -> None:
        """Settle how the build ended and close its story."""
        kind = self.result["event"] if self.result else None
        if kind == "done" and code == 0:
            self.outcome = "done"
        elif self.cancelled.is_set():
            self.outcome = "cancelled"
        else:
            self.outcome = "failed"
            if kind != "error":
                self.story.tell(_unexplained(code))
        seconds = time.time() - self.started
        self.story.close({"event": "end", "outcome": self.outcome, "seconds": seconds})

    def cancel(self) -> None:
        """Ask the build to end."""
        if self.outcome == "running" and not self.cancelled.is_set():
            self.story.tell({"event": "cancelling"})
            self.cancelled.set()


class AlreadyBuilding(Exception):
    """This project is being built; `build` is that build."""

    def __init__(self, build: Build) -> None:
        super().__init__(f"{build.project.name} is being built")
        self.build = build


class Builds:
    """All builds of this Studio: one at a time a project."""

    def __init__(self, children: Children, projects: Projects) -> None:
        self._children = children
        self._projects = projects
        self._builds: dict[str, Build] = {}
        self._lock = threading.Lock()

    def find(self, build_id: str) -> Build | None:
        """Return the build with this id."""
        with self._lock:
            return self._builds.get(build_id)

    def running(self, key: str) -> Build | None:
        """Return the build of this project that runs now."""
        with self._lock:
            return self._running(key)

    def _running(self, key: str) -> Build | None:
        same = (build for build in self._builds.values() if build.project.key == key)
        return next((build for build in same if build.outcome == "running"), None)

    def start(self, command: Sequence[str], project: Project, wish: Wish) -> Build:
        """Start a build; AlreadyBuilding where one of this project runs."""
        build = Build(project, wish)
        with self._lock:
            other = self._running(project.key)
            if other is not None:
                raise AlreadyBuilding(other)
            line = [*command, *wish.arguments(project)]
            process = self._children.start(line, project.choice())
            self._builds[build.id] = build
            self._drop_oldest()
        threading.Thread(target=self._follow, args=(build, process), daemon=True).start()
        return build

    def _drop_oldest(self) -> None:
        over = [build.id for build in self._builds.values() if build.outcome != "running"]
        for build_id in over[: max(0, len(self._builds) - KEPT_BUILDS)]:
            del self._builds[build_id]

    def _follow(self, build: Build, process: Process) -> None:
        """Read one build to its end."""
        assert process.stdout is not None and process.stderr is not None
        readers = [
            threading.Thread(target=build.read_events, args=(process.stdout,), daemon=True),
            threading.Thread(target=build.read_log, args=(process.stderr,), daemon=True),
            threading.Thread(target=_end_when_cancelled, args=(build, process), daemon=True),
        ]
        for reader in readers:
            reader.start()
        code = process.wait()
        # A grandchild that is left would hold the pipes open for ever.
        self._children.forget(process)
        for reader in readers[:2]:
            reader.join(5.0)
        if build.result and build.result["event"] == "done":
            self._projects.built(build.project.key, *_results(build.result))
        build.finish(code)
        build.cancelled.set()  # lets the third thread go


def _end_when_cancelled(build: Build, process: Process) -> None:
    """Wait for the wish to cancel, then end the build: in order if it can, else for certain."""
    build.cancelled.wait()
    ask_to_end(process)
    try:
        process.wait(CANCEL_SECONDS)
    except subprocess.TimeoutExpired:
        kill_group(process)


def _results(done: Mapping[str, object]) -> tuple[str, str]:
    """Return the program, where one was made that starts here, and the page for friends."""
    listed = done.get("artifacts")
    artifacts = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    targets = {one.get("platform", here().target) for one in artifacts}
    program = str(done.get("program") or "") if not targets or here().target in targets else ""
    return program, str(done.get("handout") or "")


def _event(line: str) -> dict[str, object] | None:
    """Read one line as an event; None where it is something else."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and isinstance(value.get("event"), str) else None


def _unexplained(code: int) -> dict[str, object]:
    """Say that the child ended without saying why."""
    how = f"with code {code}" if code >= 0 else f"by signal {-code}"
    return {
        "event": "error",
        "message": f"The build ended {how} without a result.",
        "todo": "Open the log: its last lines say what happened. Then build again.",
        "exit_code": code,
    }
