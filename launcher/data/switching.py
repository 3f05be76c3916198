"""A change of the home, done as one: staged, decided, then carried out, however often it is cut short.

    update/new/...     files that will come into the home, whole
    update/aside/...   the new version's copies of files for which the user's own stay
    update/backup/...  the databases as they were
    update/plan.json   written last: from here on the change is decided
    update/old/...     what has left the home, until all is done

Before there is a plan, nothing of the home was touched: the next start throws the folder away. Once it
is there, the next start carries out what is left. A file moves by one rename, and where it lies tells
whether it has moved; so nothing is needed twice, neither room nor a note of how far we came. What cannot
be carried out is taken back in the same way. The app never runs in between: its state, `home.json`, is
written at the end, and only then the plan is removed.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from launcher.paths import AppFolders
from launcher.writing import copy, write

PLAN, STATE = "plan.json", "home.json"
NEW, OLD, ASIDE, BACKUP = "new", "old", "aside", "backup"
SET_ASIDE, BACKUPS = "set-aside", "backups"
KEPT = 3  # backups


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be done; names are relative to the home, POSIX, and mapped to where their content is."""

    state: dict[str, Any]
    puts: Mapping[str, Path] = field(default_factory=dict)
    removals: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    asides: Mapping[str, Path] = field(default_factory=dict)
    backup: str = ""  # the name of the backup that lies in `update/backup`


@dataclass(frozen=True, slots=True)
class Plan:
    """A change that was decided: its files are staged."""

    state: dict[str, Any]
    puts: tuple[str, ...]
    removals: tuple[str, ...]
    folders: tuple[str, ...]
    made: tuple[str, ...]  # folders that the change brings, and that go with it when it is taken back
    backup: str
    is_fresh: bool  # there was no home


def place_of(folders: AppFolders) -> Path:
    """Return where a change lies until it is done."""
    return folders.root / "update"


def state_of(folders: AppFolders) -> dict[str, Any] | None:
    """Return the state of the home after its last change; None where there is no home."""
    file = folders.private / STATE
    if not folders.home.is_dir() or not file.is_file():
        return None
    state: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return state


def decided(folders: AppFolders) -> Plan | None:
    """Return the plan of a change that was decided and not finished."""
    file = place_of(folders) / PLAN
    if not file.is_file():
        return None
    values = json.loads(file.read_text(encoding="utf-8"))
    lists = {key: tuple(values[key]) for key in ("puts", "removals", "folders", "made")}
    return Plan(**{**values, **lists})


def prepare(folders: AppFolders) -> Path:
    """Return the folder in which a change is prepared, emptied of one that was never decided."""
    place = place_of(folders)
    if place.exists():
        shutil.rmtree(place)
    place.mkdir(mode=0o700)
    return place


def discard(folders: AppFolders) -> None:
    """Throw away a change that was not decided, or is done."""
    if place_of(folders).exists():
        shutil.rmtree(place_of(folders), ignore_errors=True)


def decide(folders: AppFolders, change: Change) -> Plan:
    """Stage a change and decide it; nothing of the home is touched yet."""
    place = place_of(folders)
    (place / NEW).mkdir(mode=0o700)
    (folders.private / BACKUPS).mkdir(exist_ok=True, mode=0o700)
    is_fresh = not folders.home.exists()
    for kind, files in ((NEW, change.puts), (ASIDE, change.asides)):
        for name, source in files.items():
            # At the first start there is nothing to lose yet, and a wait for the disk would be felt.
            copy(source, place / kind / name, through=not is_fresh)
    plan = Plan(
        state=change.state,
        puts=tuple(change.puts),
        removals=change.removals,
        folders=change.folders,
        made=_missing(folders.home, (*change.puts, *(f"{name}/-" for name in change.folders))),
        backup=change.backup,
        is_fresh=is_fresh,
    )
    write(place / PLAN, json.dumps(asdict(plan)).encode())
    return plan


def finish(folders: AppFolders, plan: Plan) -> None:
    """Carry out what is left of a decided change."""
    place, home = place_of(folders), folders.home
    if plan.is_fresh and not home.exists():
        (place / NEW).rename(home)
    for name in plan.removals:
        if (home / name).is_file() and not (place / OLD / name).exists():
            _move(home / name, place / OLD / name)
    for name in plan.puts:
        if (place / NEW / name).exists():
            _put(place, home, name)
    for name in plan.folders:
        with suppress(FileExistsError, NotADirectoryError):  # in the way is a file of the app's own
            (home / name).mkdir(parents=True, exist_ok=True)
    write(folders.private / STATE, json.dumps(plan.state).encode())
    # Not before: to take a change back must need no room for folders.
    for name in plan.removals:
        _prune(home, name, plan.folders)
    _hand_over(place / ASIDE, folders.root / SET_ASIDE)
    if plan.backup and (place / BACKUP).exists():
        (place / BACKUP).rename(folders.private / BACKUPS / plan.backup)
        _keep_the_last(folders.private / BACKUPS)
    (place / PLAN).unlink()
    discard(folders)


def take_back(folders: AppFolders, plan: Plan) -> None:
    """Bring the home back to what it was before a decided change."""
    place, home = place_of(folders), folders.home
    if plan.is_fresh:
        if home.exists() and not (place / NEW).exists():
            home.rename(place / NEW)
    else:
        for name in plan.puts:
            came = not (place / NEW / name).exists() and not (place / ASIDE / name).exists()
            if came and (home / name).is_file():
                _move(home / name, place / NEW / name)
        for name in sorted(plan.made, key=len, reverse=True):
            with suppress(OSError):
                (home / name).rmdir()
        for name in (*plan.removals, *plan.puts):
            if (place / OLD / name).exists():
                _move(place / OLD / name, home / name)
    (place / PLAN).unlink()
    discard(folders)


def _put(place: Path, home: Path, name: str) -> None:
    """Bring a staged file to its place; the user's own folder or file in its way stays."""
    staged, target = place / NEW / name, home / name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir() and not target.is_symlink():
            _remove_empty(target)
        elif os.path.lexists(target):
            _move(target, place / OLD / name)
    except (FileExistsError, NotADirectoryError):
        target = place / ASIDE / name
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        if not target.is_dir():
            raise
        target = place / ASIDE / name
        target.parent.mkdir(parents=True, exist_ok=True)
    staged.replace(target)


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)


def _hand_over(source: Path, target: Path) -> None:
    if source.exists():
        shutil.rmtree(target, ignore_errors=True)
        source.rename(target)


def _keep_the_last(backups: Path) -> None:
    for old in sorted(backups.iterdir(), key=moment_of)[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def moment_of(backup: Path) -> str:
    """Return the part of a backup's name that orders them in time."""
    return backup.name.rpartition("-")[2]


def _prune(home: Path, name: str, wanted: tuple[str, ...]) -> None:
    """Remove the folders that a removed file leaves empty: a package that is gone must not look there."""
    for parent in (home / name).parents:
        if parent == home or parent.relative_to(home).as_posix() in wanted:
            return
        try:
            parent.rmdir()
        except FileNotFoundError:  # we came this far before
            continue
        except OSError:
            return


def _remove_empty(folder: Path) -> None:
    """Remove a folder with nothing but folders in it; raises OSError when there is more."""
    for place, _, _ in os.walk(folder, topdown=False):
        os.rmdir(place)


def _missing(home: Path, names: Iterable[str]) -> tuple[str, ...]:
    """List the folders of `names` that are not in the home."""
    parents = {parent for name in names for parent in Path(name).parents}
    return tuple(sorted(parent.as_posix() for parent in parents if not (home / parent).is_dir()))
