"""What a rehearsal saw, as one value; whatever it names is sorted by where it lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from launcher.packager.asking import Answer

PROJECT, ENVIRONMENT, HOME = "project", "environment", "home"
TEMPORARY, ELSEWHERE = "temporary", "elsewhere"
FAILED = 500  # a status from here on is the server's fault


@dataclass(frozen=True, slots=True)
class Sorted:
    """Files by where they lie.

    `project`, `home` and `temporary` are relative to those folders, POSIX; the others are absolute.
    """

    project: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    home: tuple[str, ...] = ()
    temporary: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Started:
    """A program that was started: as it was named, where it was found, what it belongs to, and by whom.

    `origin` is one of project, environment, machine and nowhere.
    """

    name: str
    path: str
    origin: str
    by: str


@dataclass(frozen=True, slots=True)
class Called:
    """A host that was called; `here` is one of this machine, `port` is 0 where it is not known."""

    host: str
    port: int
    here: bool
    by: str


@dataclass(frozen=True, slots=True)
class Listening:
    """A listener beside the launcher's own."""

    address: str
    port: int
    by: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rehearsal saw.

    `modules` and `opened` are absolute paths, `opened` those outside of the project; `read`, `relative`
    and `imported`, files of the project, are relative to its root. `relative` were named from the
    working directory. `fatal` paths end the app, `hanging` ones do not answer. `seen` and `written` are
    all files that were read and changed (or opened to be); `refused` are those outside of the scratch
    folder that the app wanted to change, and `fixed` temporary ones that it named by their whole path.
    `by` tells whose doing it was, for the kind of a place and the name there: a line of the project,
    else a package of its environment.
    """

    kind: str
    answers: Mapping[str, Answer]
    modules: tuple[str, ...]
    opened: tuple[str, ...]
    read: frozenset[str]
    imported: tuple[str, ...]
    varying: frozenset[str] = frozenset()
    fatal: tuple[str, ...] = ()
    hanging: tuple[str, ...] = ()
    distributions: tuple[str, ...] = ()
    served_by: str = ""
    seen: Sorted = Sorted()
    written: Sorted = Sorted()
    refused: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    relative: frozenset[str] = frozenset()
    by: Mapping[tuple[str, str], str] = field(default_factory=dict)
    programs: tuple[Started, ...] = ()
    hosts: tuple[Called, ...] = ()
    listeners: tuple[Listening, ...] = ()
    pages: tuple[str, ...] = ()
    terminal: tuple[str, ...] = ()
    forks: tuple[str, ...] = ()

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands of the environment that were started, by their bare names."""
        found = (one for one in self.programs if one.origin == ENVIRONMENT)
        return tuple(PurePath(one.name).name.removesuffix(".exe") for one in found)
