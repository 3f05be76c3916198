"""The rehearsal: the project runs from source in a scratch copy, and what it is and answers is noted.

It runs twice, each time in a fresh copy, so that what differs between two runs
of the same source is known and is not held against the packaged program.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from launcher.control import Message, Order
from launcher.errors import BrokenProject
from launcher.logs import Log
from launcher.packager.asking import Answer, Session, ask_all
from launcher.packager.commands import composed
from launcher.packager.rehearsed import FACTS
from launcher.packager.serving import START_DEADLINE
from launcher.packager.source import backend_command
from launcher.paths import AppFolders
from launcher.process import BackendProcess
from launcher.project.environment import Interpreter
from launcher.project.manifest import Manifest

ATTEMPTS = 5  # restarts without a route that ends the app
LINES_SHOWN = 15  # of what the app said before it gave up


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rehearsal saw.

    `modules` and `opened` are absolute paths; `read` and `imported`, files of
    the project, are relative to its root.
    """

    kind: str
    answers: Mapping[str, Answer]
    modules: tuple[str, ...]
    opened: tuple[str, ...]
    read: frozenset[str]
    imported: tuple[str, ...]
    varying: frozenset[str] = frozenset()
    fatal: tuple[str, ...] = ()


def rehearse(manifest: Manifest, root: Path, interpreter: Interpreter, scratch: Path) -> Facts:
    """Run the project at `root`, already a scratch copy, twice and return the facts.

    Raises BrokenProject when it does not serve.
    """
    second = scratch / "second" / root.name
    shutil.copytree(root, second, symlinks=True)
    fatal: tuple[str, ...] = ()
    for _ in range(ATTEMPTS):
        first, broke = _run(manifest, root, interpreter, scratch / "first-run", fatal)
        if broke is None:
            break
        fatal = (*fatal, broke)
    again, _ = _run(manifest, second, interpreter, scratch / "second-run", fatal)
    varying = frozenset(
        path for path, answer in first.answers.items() if again.answers.get(path) != answer
    )
    return replace(first, varying=varying, fatal=fatal)


def _run(
    manifest: Manifest, root: Path, interpreter: Interpreter, place: Path, fatal: tuple[str, ...]
) -> tuple[Facts, str | None]:
    shutil.rmtree(place, ignore_errors=True)
    (place / "user").mkdir(parents=True)
    folders = AppFolders(place / "data")
    folders.make()
    manifest.save(place / "launcher.json")
    facts_file = place / "facts.json"
    environ = composed(
        {
            "HOME": str(place / "user"),
            "USERPROFILE": str(place / "user"),
            FACTS: str(facts_file),
        }
    )
    events: queue.Queue[Message] = queue.Queue()
    order = Order(manifest=str(place / "launcher.json"), root=str(root), data=str(folders.root))
    command = backend_command(interpreter, entry="launcher.packager.rehearsed")
    log = Log(folders.logs / "app.log")
    backend = BackendProcess(command, order, log, events.put, environ=environ)
    try:
        entry = _entry(events, log, backend)
        session = Session(entry, (str(root), str(place / "user")))
        paths = [path for path in _paths(_read(facts_file)) if path not in fatal]
        answers, broke = ask_all(session, paths)
    finally:
        backend.stop()
        log.close()
    return _facts(_read(facts_file), answers, root), broke


def _entry(events: queue.Queue[Message], log: Log, backend: BackendProcess) -> str:
    """Wait until the app answers, and return its entry URL."""
    end = time.monotonic() + START_DEADLINE
    while True:
        try:
            event = events.get(timeout=max(0.0, end - time.monotonic()))
        except queue.Empty:
            raise BrokenProject(
                f"The app did not finish starting within {START_DEADLINE:.0f} s.",
                "Does it wait for input, or for another server, while it is imported?",
            ) from None
        if event["event"] == "ready":
            return str(event["url"])
        if event["event"] == "failed":
            backend.stop()  # its log is whole then
            raise _broken(event, log)
        if event["event"] == "ended":
            raise BrokenProject(
                "The app's process ended by itself while it started "
                f"(exit code {event['code']}).\n{log.tail()}",
                "Start it with `launcher run` to see its log.",
            )


def _broken(event: Message, log: Log) -> BrokenProject:
    details, todo = event["details"], event["todo"]
    if details.rpartition("\n")[2].startswith("SystemExit"):
        # Whoever ends on purpose has said why, and the log goes with the scratch folder.
        said = log.tail().partition(event["sentence"])[0].strip().splitlines()
        if said:
            details = "\n".join([*said[-LINES_SHOWN:], details])
            todo = "See what it says above."
    return BrokenProject(f"{event['sentence']}\n{details}".rstrip(), todo)


def _read(facts_file: Path) -> dict[str, Any]:
    known: dict[str, Any] = json.loads(facts_file.read_text(encoding="utf-8"))
    return known


def _paths(known: dict[str, Any]) -> list[str]:
    """List what is asked for; an app that has no map of its routes at least has a root."""
    return [*(known["routes"] or ["/"]), *known["static"]]


def _facts(known: dict[str, Any], answers: dict[str, Answer], root: Path) -> Facts:
    inside = str(root) + os.sep
    opened = known.get("opened", [])
    return Facts(
        kind=known["kind"],
        answers=answers,
        modules=tuple(known.get("modules", ())),
        opened=tuple(path for path in opened if not path.startswith(inside)),
        read=frozenset(
            Path(path).relative_to(root).as_posix() for path in opened if path.startswith(inside)
        ),
        imported=tuple(
            Path(path).relative_to(root).as_posix()
            for path in known.get("modules", ())
            if path.startswith(inside)
        ),
    )
