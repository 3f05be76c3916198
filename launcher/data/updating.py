"""What a new version of an app changes in its home: decided file by file, nothing touched yet."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

Listing = dict[str, str]  # path relative to the layer, POSIX -> SHA-256 ("" is an empty folder)
INSTANCE = "instance/"
SQLITE = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Known:
    """What the version before brought; nothing at a first start."""

    version: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    seeds: frozenset[str] = frozenset()

    @classmethod
    def of(cls, state: Mapping[str, Any] | None) -> Known:
        """Take it from the state of a home."""
        if state is None:
            return cls()
        return cls(state["version"], state["files"], frozenset(state["seeds"]))


@dataclass(slots=True)
class Update:
    """What comes into the home, what goes, and what is set aside for the user's own file."""

    puts: set[str] = field(default_factory=set)
    removals: set[str] = field(default_factory=set)
    asides: set[str] = field(default_factory=set)
    folders: list[str] = field(default_factory=list)


def update_of(home: Path, known: Known, new: Listing, seeds: Iterable[str]) -> Update:
    """Decide what brings `home` from the files that are known to those of the new version."""
    update = Update()
    for name, sha in known.files.items():
        leaves = sha and name not in new and name not in known.seeds
        if leaves and is_unchanged(home / name, sha):
            update.removals.add(name)
    data = frozenset(seeds)
    for name, sha in new.items():
        if not sha:
            update.folders.append(name)
        elif name in data:
            # Copied once: what the user has removed since does not come back.
            if name not in known.files and not os.path.lexists(home / name):
                update.puts.add(name)
        else:
            _decide(update, home, name, known.files.get(name), sha)
    _forget_compiled(update, home, new)
    return update


def _decide(update: Update, home: Path, name: str, was: str | None, sha: str) -> None:
    place = home / name
    if place.is_dir() or not os.path.lexists(place):
        update.puts.add(name)  # a folder in the way is looked at when it comes to that
    elif was != sha and not is_unchanged(place, sha):
        if was is not None and is_unchanged(place, was):
            update.puts.add(name)
        else:
            update.asides.add(name)


def _forget_compiled(update: Update, home: Path, new: Listing) -> None:
    """Let the bytecode of every module that changes go, and that of modules that stay the user's.

    Python tells stale bytecode by the source's time and size, which two versions may share, and that
    which a build made it does not compare at all.
    """
    own = {name for name in update.asides if name.endswith(".py")}
    update.asides -= {name for name in update.asides if _module_of(name)}
    for name in sorted(update.puts):
        module = _module_of(name)
        if module in new and module not in update.puts and not is_unchanged(home / module, new[module]):
            update.puts.discard(name)
    for name in (*update.puts, *update.removals, *own):
        if name.endswith(".py"):
            compiled = {place.relative_to(home).as_posix() for place in _compiled(home / name)}
            update.removals |= compiled - update.puts


def _module_of(name: str) -> str:
    """Return the module that a file is the bytecode of; empty for any other file."""
    path = PurePosixPath(name)
    if path.parent.name != "__pycache__":
        return ""
    return (path.parent.parent / f"{path.name.partition('.')[0]}.py").as_posix()


def _compiled(module: Path) -> Iterable[Path]:
    return (module.parent / "__pycache__").glob(f"{module.stem}.*.pyc")


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        hasher = hashlib.sha256()
        while block := file.read(1 << 20):
            hasher.update(block)
    return hasher.hexdigest()


def is_unchanged(place: Path, sha: str) -> bool:
    """Tell whether a file is the one that was put there."""
    return place.is_file() and digest(place) == sha


def is_seed(path: Path, name: str, keep: Iterable[str]) -> bool:
    """Tell whether a file of the app layer is data, which is copied once."""
    if name.startswith(INSTANCE) or is_database(path):
        return True
    patterns = [pattern.rstrip("/") for pattern in keep]
    return any(fnmatchcase(name, form) for text in patterns for form in (text, f"{text}/*"))


def is_database(path: Path) -> bool:
    """Tell whether a file is an SQLite database."""
    try:
        with path.open("rb") as file:
            return file.read(len(SQLITE)) == SQLITE
    except OSError:
        return False
