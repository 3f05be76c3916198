"""A project on its stage: a copy of its source, started where it can do no harm."""

from __future__ import annotations

import json
import os
import queue
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher.control import Message, Order
from launcher.logs import Log
from launcher.packager import app_layer, uniform
from launcher.packager.plan import Plan
from launcher.packager.rehearsal.awaiting import Waiting
from launcher.packager.rehearsal.rehearsed import ORDER
from launcher.packager.rehearsal.scratch import Scratch, free_folders
from launcher.packager.serving import START_DEADLINE
from launcher.packager.source import backend_command, brought_along
from launcher.paths import AppFolders
from launcher.process import BackendProcess
from launcher.project.environment import Interpreter
from launcher.project.manifest import Manifest

ENTRY = "launcher.packager.rehearsal.rehearsed"


@dataclass(frozen=True, slots=True)
class Stage:
    """Who is started: its manifest, its interpreter, its original, and how many seconds it may load.

    `entry` is the module of ours that it is started by; `environ` is set for it beside what belongs to a run.
    """

    manifest: Manifest
    interpreter: Interpreter
    source: Path | None = None
    deadline: float = START_DEADLINE
    entry: str = ENTRY
    environ: tuple[tuple[str, str], ...] = ()

    @contextmanager
    def started(self, run: Scratch, root: Path) -> Iterator[tuple[str, int]]:
        """Start the copy at `root` with `run` around it, and yield its entry URL and its port.

        Nothing of it is left afterwards. Raises BrokenProject when it does not serve.
        """
        folders = AppFolders(run.data)
        folders.make()
        events: queue.Queue[Message] = queue.Queue()
        order = Order(manifest=str(run.manifest), root=str(root), data=str(folders.root))
        own = {**run.environ(self.interpreter), **dict(self.environ)}
        environ = {**own, ORDER: json.dumps(self._audit_order(run, root))}
        log = Log(folders.logs / "app.log")
        command = backend_command(self.interpreter, entry=self.entry)
        backend = BackendProcess(command, order, log, events.put, environ=environ)
        try:
            yield Waiting(run, events, backend, log).entry(self.deadline)
        finally:
            backend.stop()
            run.end_processes()
            log.close()

    def _audit_order(self, run: Scratch, root: Path) -> dict[str, Any]:
        """Return what the audit must know; see `auditing.Place`."""
        closed = [Path.home(), *([self.source] if self.source is not None else [])]
        return {
            "facts": str(run.facts),
            "events": str(run.events),
            "root": os.path.join(root, ""),
            "scratch": os.path.join(run.place, ""),
            "closed": _folders(place for place in closed if place != place.parent),
            "free": _folders(free_folders()),
            "ours": _folders(brought_along().values()),
        }


def stage_of(made: Plan, *, deadline: float = START_DEADLINE) -> Stage:
    """Return the stage of a plan."""
    return Stage(made.manifest, made.interpreter, source_of(made), deadline)


def source_of(made: Plan) -> Path:
    """Return where a plan's source lies: in the project, or in the distribution that the app lives in."""
    return made.root if made.distribution is None else made.distribution.root


def lay_copy(made: Plan, place: Path, output: Path) -> None:
    """Lay a copy of the source, to be run; its files have the times that they will have in a bundle."""
    if made.distribution is not None:
        app_layer.of_files(source_of(made), made.distribution.files).lay(place)
    else:
        app_layer.copy_for_rehearsal(made.root, place, output=output)
    uniform.round_times(place)


def _folders(places: Iterable[Path]) -> list[str]:
    return [os.path.join(os.path.normcase(os.path.realpath(place)), "") for place in places]
