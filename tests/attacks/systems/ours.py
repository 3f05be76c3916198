"""The victim as a packaged program of ours: the frozen bundle, started without a window."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from tests.attacks.vocabulary import System, Target
from tests.end_to_end.builds import Builder
from tests.support.asking import Visitor
from tests.support.running import Running
from tests.support.waiting import until

VICTIM = Path(__file__).resolve().parents[1] / "victim"
NAME = "ours"
ENTER = "/.launcher/enter"


def build(cache: Path, place: Path) -> Path:
    """Package the victim as people do, and return its program."""
    project = place / "victim"
    shutil.copytree(VICTIM, project, ignore=shutil.ignore_patterns("__pycache__"))
    return Builder(cache).build(project, place / "dist", cwd=place).program


def system(program: Path) -> System:
    """Return the system that starts a program of the victim."""
    return System(NAME, partial(_start, program), partial(_unentered, program), program)


@contextmanager
def _unentered(program: Path, system: System, place: Path) -> Iterator[Target]:
    with started(program, place) as running:
        parts = urlsplit(running.entry())
        said = partial(_said, running, place)
        yield Target(system, parts.port or 0, running.process.pid, place, "", parts.query, said)


@contextmanager
def _start(program: Path, system: System, place: Path) -> Iterator[Target]:
    with _unentered(program, system, place) as target:
        visitor = Visitor(f"{target.origin}{ENTER}?{target.ticket}")
        target.cookie = _cookie(visitor)
        until(target.is_alive, what=target.said)
        visitor.ask("/")  # the app's own cookie comes with its first page
        target.cookie = _cookie(visitor)
        yield target


@contextmanager
def started(
    program: Path, place: Path, more: Mapping[str, str] | None = None, cwd: Path | str = "/"
) -> Iterator[Running]:
    """Start a program with a home of its own and hardly any environment, and surely end it."""
    place.mkdir(parents=True, exist_ok=True)
    (place / "temporary").mkdir(exist_ok=True)
    environ = {
        "HOME": str(place),
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "LAUNCHER_HEADLESS": "1",
        "LAUNCHER_HOME": str(place / "data"),
        "TMPDIR": str(place / "temporary"),
        "VICTIM_NOTES": str(place / "notes"),
    }
    running = Running([program], {**environ, **(more or {})}, place / "said", cwd=cwd)
    try:
        yield running
    finally:
        running.clean_up()


def _cookie(visitor: Visitor) -> str:
    return "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())


def _said(running: Running, place: Path) -> Mapping[str, str]:
    """Return all that the program has said so far, by where it said it."""
    logs = {str(log): log.read_text(encoding="utf-8") for log in (place / "data" / "logs").iterdir()}
    return {"standard output": running.stdout, "standard error": running.stderr, **logs}
