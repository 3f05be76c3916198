"""The rehearsal: the project runs from source in a scratch copy, and what it is, does and answers is noted.

It runs twice, each time in a fresh copy, so that what differs between two runs of the same source is known
and is not held against the packaged program. Python's own ways to the project itself, to the home of whoever
builds, and to anything outside of the scratch folder and the temporary ones are closed for writing; a program
that the app starts, and a library that opens files by itself, find another home and another working directory
and are not held otherwise.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
import waitress

from launcher import paths
from launcher.control import Message, Order
from launcher.errors import BrokenProject
from launcher.logs import Log
from launcher.packager import app_layer, uniform
from launcher.packager.asking import Session, ask_all
from launcher.packager.awaiting import Waiting
from launcher.packager.facts import Facts
from launcher.packager.gathering import Run, gather
from launcher.packager.plan import Plan
from launcher.packager.rehearsed import ORDER
from launcher.packager.scratch import Scratch, changed, free_folders, listing
from launcher.packager.serving import START_DEADLINE
from launcher.packager.source import backend_command
from launcher.paths import AppFolders
from launcher.process import BackendProcess
from launcher.project.environment import Interpreter
from launcher.project.manifest import Manifest

__all__ = ["Facts", "rehearse", "rehearse_plan"]

ATTEMPTS = 5  # restarts without a route that ends the app
ENTRY = "launcher.packager.rehearsed"


@dataclass(frozen=True, slots=True)
class Stage:
    """Who is rehearsed: its manifest, its interpreter, its original, and how many seconds it may load."""

    manifest: Manifest
    interpreter: Interpreter
    source: Path | None
    deadline: float


def rehearse_plan(made: Plan, output: Path, *, deadline: float = START_DEADLINE) -> Facts:
    """Copy the project of a plan to a scratch folder, run it there and return the facts.

    `deadline` is the seconds that it may take to load. Raises BrokenProject, in terms of the project's own
    paths, when it does not serve.
    """
    # Realpath: a link in the path of the temporary folder would make two names of one place.
    with tempfile.TemporaryDirectory(prefix="launcher-rehearsal-", ignore_cleanup_errors=True) as folder:
        scratch = Path(os.path.realpath(folder))
        copy = scratch / "project" / (made.root.name or "project")
        source = made.root if made.distribution is None else made.distribution.root
        if made.distribution is not None:
            app_layer.of_files(source, made.distribution.files).lay(copy)
        else:
            app_layer.copy_for_rehearsal(source, copy, output=output)
        uniform.round_times(copy)
        try:
            found = rehearse(
                made.manifest, copy, made.interpreter, scratch, source=source, deadline=deadline
            )
        except BrokenProject as error:
            # The copy is gone when somebody reads this.
            raise BrokenProject(error.message.replace(str(copy), str(source)), error.todo) from error
    return replace(found, distributions=_distributions(made, found.modules))


def rehearse(
    manifest: Manifest,
    root: Path,
    interpreter: Interpreter,
    scratch: Path,
    *,
    source: Path | None = None,
    deadline: float = START_DEADLINE,
) -> Facts:
    """Run the project at `root`, already a scratch copy of `source`, twice and return the facts.

    Raises BrokenProject when it does not serve within `deadline` seconds.
    """
    stage = Stage(manifest, interpreter, source, deadline)
    second = scratch / "second" / root.name
    shutil.copytree(root, second, symlinks=True)
    fatal: tuple[str, ...] = ()
    for _ in range(ATTEMPTS):
        first, broke = _run(stage, root, scratch / "first-run", fatal)
        if broke is None:
            break
        fatal = (*fatal, broke)
    hanging = tuple(path for path, answer in first.answers.items() if not answer.status)
    again, _ = _run(stage, second, scratch / "second-run", (*fatal, *hanging))
    answers = {path: answer for path, answer in first.answers.items() if path not in hanging}
    varying = frozenset(path for path, answer in answers.items() if again.answers.get(path) != answer)
    return replace(first, answers=answers, varying=varying, fatal=fatal, hanging=hanging)


def _run(stage: Stage, root: Path, place: Path, skipped: tuple[str, ...]) -> tuple[Facts, str | None]:
    shutil.rmtree(place, ignore_errors=True)
    run = Scratch(place)
    run.make(stage.manifest)
    folders = AppFolders(run.data)
    folders.make()
    before = listing(root)
    events: queue.Queue[Message] = queue.Queue()
    order = Order(manifest=str(run.manifest), root=str(root), data=str(folders.root))
    environ = {**run.environ(stage.interpreter), ORDER: json.dumps(_audit_order(stage, run, root))}
    log = Log(folders.logs / "app.log")
    command = backend_command(stage.interpreter, entry=ENTRY)
    backend = BackendProcess(command, order, log, events.put, environ=environ)
    try:
        entry, port = Waiting(run, events, backend, log).entry(stage.deadline)
        session = Session(entry, (str(root), str(run.home)))
        asked = [path for path in _paths(_known(run)) if path not in skipped]
        answers, broke = ask_all(session, asked)
        listeners = _listeners(run, port)
    finally:
        backend.stop()
        run.end_processes()
        log.close()
    touched = tuple(changed(before, listing(root)))
    done = Run(run, root, stage.interpreter, port, listeners, touched)
    return gather(done, _known(run), answers), broke


def _audit_order(stage: Stage, run: Scratch, root: Path) -> dict[str, Any]:
    """Return what the audit must know; see `auditing.Place`."""
    closed = [Path.home(), *([stage.source] if stage.source is not None else [])]
    return {
        "facts": str(run.facts),
        "events": str(run.events),
        "root": os.path.join(root, ""),
        "scratch": os.path.join(run.place, ""),
        "closed": _folders(place for place in closed if place != place.parent),
        "free": _folders(free_folders()),
        "ours": _folders([paths.PACKAGE, Path(str(waitress.__file__)).parent]),
    }


def _folders(places: Iterable[Path]) -> list[str]:
    return [os.path.join(os.path.normcase(os.path.realpath(place)), "") for place in places]


def _known(run: Scratch) -> dict[str, Any]:
    known: dict[str, Any] = json.loads(run.facts.read_text(encoding="utf-8"))
    return known


def _paths(known: dict[str, Any]) -> list[str]:
    """List what is asked for; an app that has no map of its routes at least has a root."""
    return [*(known["routes"] or ["/"]), *known["static"]]


def _listeners(run: Scratch, own: int) -> tuple[tuple[str, int], ...]:
    """Return where the app's processes listen beside the launcher's port."""
    found = set()
    for process in run.processes():
        try:
            for one in process.net_connections(kind="tcp"):
                if one.status == psutil.CONN_LISTEN and one.laddr.port != own:
                    found.add((str(one.laddr.ip), int(one.laddr.port)))
        except (psutil.Error, OSError):
            continue
    return tuple(sorted(found))


def _distributions(made: Plan, modules: Iterable[str]) -> tuple[str, ...]:
    """Return the distributions that imported modules came from."""
    files = {
        str(one.root / name): one.name
        for one in made.installed
        for name in one.files
        if name.endswith((".py", ".so", ".pyd"))
    }
    return tuple(sorted({files[module] for module in modules if module in files}))
