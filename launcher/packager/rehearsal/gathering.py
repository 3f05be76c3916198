"""From what a rehearsal wrote down to its facts: read, sorted by where things lie, each thing once."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher.packager.asking import Answer
from launcher.packager.rehearsal.facts import (
    ELSEWHERE,
    ENVIRONMENT,
    HOME,
    PROJECT,
    TEMPORARY,
    Called,
    Facts,
    Listening,
    Sorted,
    Started,
)
from launcher.packager.rehearsal.scratch import Scratch, free_folders
from launcher.packager.source import brought_along
from launcher.project.environment import Interpreter

LOOPBACK = ("127.", "::1", "0.0.0.0", "localhost")
SHARED = (Path("/usr"), Path("/usr/local"))  # prefixes that hold more than a Python


@dataclass(frozen=True, slots=True)
class Run:
    """A run that is over: where it was, on which port, who else listened, and which files are others now."""

    scratch: Scratch
    root: Path
    interpreter: Interpreter
    port: int
    listeners: tuple[tuple[str, int], ...]
    touched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """The folders by which files are sorted; one that lies in another counts before it."""

    project: Path
    home: Path
    temporary: tuple[Path, ...]
    environment: tuple[Path, ...]
    ours: tuple[Path, ...]

    def of(self, path: str) -> tuple[str, str]:
        """Return what a path belongs to, and its name there; ("", "") where it is our own."""
        if _within(path, self.project) is not None:
            return PROJECT, _within(path, self.project) or "."
        if _within(path, self.home) is not None:
            return HOME, _within(path, self.home) or "."
        own, *others = self.temporary
        for kind, folders in (
            (TEMPORARY, (own,)),
            ("", self.ours),
            (ENVIRONMENT, self.environment),
            (TEMPORARY, tuple(others)),
        ):
            for folder in folders:
                name = _within(path, folder)
                if name is not None:
                    return kind, name if kind == TEMPORARY else path
        return ELSEWHERE, path


def _within(path: str, folder: Path) -> str | None:
    """Return a path below a folder, POSIX; None where it is not there."""
    if path == str(folder):
        return ""
    start = os.path.join(folder, "")
    return path[len(start) :].replace(os.sep, "/") if path.startswith(start) else None


def events_of(file: Path) -> dict[str, list[list[Any]]]:
    """Read what the audit wrote down, by kind and in order; a line that was cut short is left out."""
    found: dict[str, list[list[Any]]] = {}
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return found
    for line in dict.fromkeys(lines):  # forked children tell some of it again
        try:
            kind, *words = json.loads(line)
        except ValueError:
            continue
        found.setdefault(kind, []).append(words)
    return found


def sort(paths: Iterable[str], places: Places) -> Sorted:
    """Sort absolute paths; our own are left out."""
    found: dict[str, list[str]] = {}
    for path in dict.fromkeys(paths):
        kind, name = places.of(path)
        found.setdefault(kind, []).append(name)
    found.pop("", None)
    return Sorted(**{kind: tuple(sorted(names)) for kind, names in found.items()})


def programs(told: Iterable[list[Any]], places: Places) -> tuple[Started, ...]:
    """Return the programs that were started, each once."""
    found: dict[str, Started] = {}
    for name, path, by in told:
        kind = places.of(path)[0] if path else ""
        origin = "nowhere" if not path else kind if kind in (PROJECT, ENVIRONMENT) else "machine"
        found.setdefault(name, Started(name, path, origin, by))
    return tuple(found.values())


def hosts(told: Iterable[list[Any]], own: Iterable[int]) -> tuple[Called, ...]:
    """Return the hosts that were called, each once; the app's own ports are none."""
    found: dict[tuple[str, int], Called] = {}
    known = set(own)
    for name, port, by in told:
        here = name.startswith(LOOPBACK)
        if not (here and port in known):
            host = "localhost" if here else name
            found.setdefault((host, port), Called(host, port, here, by))
    return tuple(found.values())


def gather(run: Run, known: Mapping[str, Any], answers: Mapping[str, Answer]) -> Facts:
    """Return the facts of a run, less what differs in another; `known` is what the app told of itself."""
    told, places, root = events_of(run.scratch.events), _places(run), run.root
    home, listeners = run.scratch.home, run.listeners
    read = [path for path, _ in told.get("read", ())]
    project = {path: places.of(path)[1] for path in (*read, *known["modules"]) if _is_below(path, root)}
    written = [
        path
        for path, _ in (*told.get("write", ()), *told.get("refused", ()))
        if not _is_below(path, run.scratch.temporary) or os.path.exists(path)  # temporary as it should be
    ]
    binding = {bound: by for _, bound, by in told.get("bind", ())}
    return Facts(
        kind=known["kind"],
        answers=answers,
        modules=tuple(known["modules"]),
        opened=tuple(sorted(path for path in read if not _is_below(path, root))),
        read=frozenset(project[path] for path in read if path in project),
        imported=tuple(project[path] for path in known["modules"] if path in project),
        served_by=known["calls"][-1] if known["calls"] else "",
        # What is looked for in a home counts although the scratch one lacks it.
        seen=sort((path for path in read if os.path.exists(path) or _is_below(path, home)), places),
        written=sort((*written, *run.touched), places),
        refused=tuple(path for path, _ in told.get("refused", ())),
        fixed=tuple(
            path
            for path, _ in told.get("write", ())
            if places.of(path)[0] == TEMPORARY and not _is_below(path, run.scratch.temporary)
        ),
        relative=frozenset(
            places.of(path)[1] for (path,) in told.get("relative", ()) if _is_below(path, root)
        ),
        by={
            places.of(path): by
            for path, by in (*told.get("read", ()), *told.get("write", ()), *told.get("refused", ()))
            if by
        },
        programs=programs(told.get("program", ()), places),
        hosts=hosts(told.get("host", ()), (run.port, *(one for _, one in listeners))),
        listeners=tuple(
            Listening(address, one, binding.get(one, "")) for address, one in listeners
        ),
        pages=tuple(url for url, _ in told.get("page", ())),
        terminal=tuple(what for what, _ in told.get("terminal", ())),
        forks=tuple(by for (by,) in told.get("fork", ())),
    )


def _places(run: Run) -> Places:
    python = run.interpreter
    library = f"python{python.version[0]}.{python.version[1]}"
    shared = [folder / "lib" / name for folder in SHARED for name in (library, "python3")]
    prefixes = [one for one in (python.prefix, python.base_prefix) if one not in SHARED]
    environment = [*prefixes, *shared, *python.purelibs]
    return Places(
        project=run.root,
        home=run.scratch.home,
        temporary=(run.scratch.temporary, *free_folders()[:-2]),
        environment=tuple(dict.fromkeys(environment)),
        ours=(run.scratch.place, *brought_along().values()),
    )


def _is_below(path: str, folder: Path) -> bool:
    return path.startswith(os.path.join(folder, ""))
