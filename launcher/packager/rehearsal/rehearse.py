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
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from launcher.errors import BrokenProject
from launcher.logs import Log
from launcher.packager.asking import Session, ask_all
from launcher.packager.plan import Plan
from launcher.packager.rehearsal import giving_up, staging
from launcher.packager.rehearsal.facts import FAILED, Facts
from launcher.packager.rehearsal.gathering import Run, gather
from launcher.packager.rehearsal.scratch import Scratch, changed, listing
from launcher.packager.rehearsal.staging import Stage
from launcher.packager.serving import START_DEADLINE
from launcher.paths import AppFolders

ATTEMPTS = 5  # restarts without a route that ends the app


def rehearse_plan(made: Plan, output: Path, *, deadline: float = START_DEADLINE) -> Facts:
    """Copy the project of a plan to a scratch folder, run it there and return the facts.

    `deadline` is the seconds that it may take to load. Raises BrokenProject, in terms of the project's own
    paths, when it does not serve.
    """
    # Realpath: a link in the path of the temporary folder would make two names of one place.
    with tempfile.TemporaryDirectory(prefix="launcher-rehearsal-", ignore_cleanup_errors=True) as folder:
        scratch = Path(os.path.realpath(folder))
        copy = scratch / "project" / (made.root.name or "project")
        source = staging.source_of(made)
        staging.lay_copy(made, copy, output)
        try:
            found = rehearse(staging.stage_of(made, deadline=deadline), copy, scratch)
        except BrokenProject as error:
            # The copy is gone when somebody reads this.
            raise BrokenProject(error.message.replace(str(copy), str(source)), error.todo) from error
    return replace(found, distributions=_distributions(made, found.modules))


def rehearse(stage: Stage, root: Path, scratch: Path) -> Facts:
    """Run the project at `root`, already a copy in `scratch`, twice and return the facts.

    Raises BrokenProject when it does not serve within the stage's seconds.
    """
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
    before = listing(root)
    with stage.started(run, root) as (entry, port):
        session = Session(entry, (str(root), str(run.home)))
        asked = [path for path in _paths(_known(run)) if path not in skipped]
        answers, broke = ask_all(session, asked)
        listeners = _listeners(run, port)
    failed = [answers[path].status for path in _routes(_known(run)) if path in answers]
    if failed and min(failed) >= FAILED:
        with closing(Log(AppFolders(run.data).logs / "app.log")) as log:
            raise giving_up.without_a_page(len(failed), log)
    touched = tuple(changed(before, listing(root)))
    done = Run(run, root, stage.interpreter, port, listeners, touched)
    return gather(done, _known(run), answers), broke


def _known(run: Scratch) -> dict[str, Any]:
    known: dict[str, Any] = json.loads(run.facts.read_text(encoding="utf-8"))
    return known


def _paths(known: dict[str, Any]) -> list[str]:
    return [*_routes(known), *known["static"]]


def _routes(known: dict[str, Any]) -> list[str]:
    """List the pages; an app that has no map of its routes at least has a root."""
    return known["routes"] or ["/"]


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
