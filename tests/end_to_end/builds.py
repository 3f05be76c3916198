"""Builds as people start them: the command line as a process, its events read one by one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.support import processes
from tests.support.programs import environment

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = 500.0  # seconds; the first build of a run freezes a player
TOLD = (".report.txt", ".report.json", ".window.png")
Event = dict[str, Any]


@dataclass(slots=True)
class Build:
    """A build that ended: its exit code, its events, and what it wrote to standard error."""

    code: int
    events: list[Event] = field(default_factory=list)
    errors: str = ""

    @property
    def last(self) -> Event:
        return self.events[-1]

    @property
    def program(self) -> Path:
        """Return the program's path; the build must have worked."""
        assert self.code == 0 and self.last["event"] == "done", (self.code, self.last, self.errors)
        return Path(self.last["program"])

    @property
    def error(self) -> Event:
        """Return the one error; the build must have failed in order."""
        assert self.last["event"] == "error", (self.code, self.last, self.errors)
        return self.last

    def seconds(self) -> dict[str, float]:
        """Return how long each step took."""
        return {
            event["id"]: event["seconds"]
            for event in self.events
            if event["event"] == "step" and event["state"] == "end"
        }


Built = Callable[..., Build]


@dataclass(slots=True)
class Builder:
    """Starts builds that share one cache, so that a player is frozen once."""

    cache: Path
    python: Path | None = None

    def build(
        self,
        project: str | Path,
        output: Path,
        *options: str | Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Build:
        """Build to the end, and return what came of it."""
        with self.building(project, output, *options, cwd=cwd, env=env) as running:
            return running.finish()

    @contextmanager
    def building(
        self,
        project: str | Path,
        output: Path,
        *options: str | Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Iterator[Building]:
        """Start a build, and leave nothing of its processes."""
        words = [str(project), "--output", str(output), "--format", "folder", "--json"]
        if self.python is not None:
            words += ["--python", str(self.python)]
        running = Building([*words, *map(str, options)], cwd or output.parent, self.environ(env))
        try:
            yield running
        finally:
            running.clean_up()

    def environ(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the environment of a build: plain, with the shared cache and without a display."""
        environ = environment(LAUNCHER_CACHE=str(self.cache), PYTHONPATH=str(ROOT))
        for name in ("VIRTUAL_ENV", "DISPLAY", "WAYLAND_DISPLAY"):
            environ.pop(name, None)
        return {**environ, **(more or {})}


class Building:
    """A build under way."""

    def __init__(self, words: Sequence[str], cwd: Path, environ: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "launcher", "build", *words],
            cwd=cwd,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.events: list[Event] = []
        self.seen: dict[int, psutil.Process] = {}

    def until(self, wanted: Callable[[Event], bool]) -> Event:
        """Read events up to the wanted one; fail when the build ends without it."""
        for event in self._follow():
            if wanted(event):
                return event
        raise AssertionError(f"ended without it: {self.events[-3:]}")

    def note_processes(self) -> list[psutil.Process]:
        """Remember the processes that the build consists of now."""
        for process in processes.with_descendants(self.process.pid):
            self.seen[process.pid] = process
        return list(self.seen.values())

    def finish(self) -> Build:
        """Read all events, wait for the end, and return it."""
        for _ in self._follow():
            pass
        errors = self.process.stderr.read() if self.process.stderr is not None else ""
        return Build(self.process.wait(DEADLINE), self.events, errors)

    def _follow(self) -> Iterator[Event]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.events.append(json.loads(line))
            yield self.events[-1]

    def clean_up(self) -> None:
        """End what a failed test left."""
        if self.process.poll() is None:
            self.note_processes()
            self.process.kill()
            self.process.wait(30)
        processes.end(process for process in self.seen.values() if process.is_running())
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


def is_step(identifier: str, state: str) -> Callable[[Event], bool]:
    """Make the condition for the begin or the end of a step."""
    return lambda event: event["event"] == "step" and event["id"] == identifier and event["state"] == state


def copy_project(source: Path, place: Path, *, settings: str = "", webview: str = "browser") -> Path:
    """Copy a sample and choose its web view: the player without one is frozen fastest."""
    shutil.copytree(source, place)
    set_up(place, settings=settings, webview=webview)
    return place


def set_up(project: Path, *, settings: str = "", webview: str = "browser") -> None:
    """Write the launcher's table into a project that has none."""
    file = project / "pyproject.toml"
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    table = f'[tool.launcher]\nwebview = "{webview}"\n{settings}'
    file.write_text(f"{text}\n{table}", encoding="utf-8")


def left_in(output: Path) -> list[str]:
    """List everything that stands in an output folder, hidden things too."""
    return sorted(os.listdir(output)) if output.is_dir() else []


def programs_in(output: Path) -> list[str]:
    """List what stands in an output folder, hidden things too, less what tells of the builds."""
    return [name for name in left_in(output) if not name.endswith(TOLD)]


def assert_failed_in_order(build: Build, output: Path, code: int) -> None:
    """See that a build failed as all do: one error, at the end, no traceback of ours, nothing left."""
    assert build.code == code, (build.last, build.errors)
    assert [event["event"] for event in build.events].count("error") == 1
    assert build.error["exit_code"] == code
    assert build.error["message"] and build.error["todo"]
    assert "Traceback" not in build.errors
    assert left_in(output) == []
