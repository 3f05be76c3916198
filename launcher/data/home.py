"""The app's home: a per-user copy of the app layer, in which the app runs and may write.

An update replaces the files that came with the old version and were left alone, removes those of them
that the new version has not, and keeps every file that the app made or changed. Where it keeps one of
which the new version has another, that one is put into the folder `set-aside` beside the home, and the
log says so. Data that came with a version (what `[tool.launcher.files] keep` names, SQLite databases,
the instance folder) is copied once and from then on the user's: never replaced, never removed, and not
put back when it is gone.

All of it is one change (`launcher.data.switching`), whatever interrupts it: the old state or the new.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from launcher import versions
from launcher.data import switching
from launcher.data.updating import Known, Listing, Update, digest, is_seed, update_of
from launcher.errors import RuntimeFailure
from launcher.paths import AppFolders
from launcher.project.manifest import RESTORE, Manifest

__all__ = ["LISTING", "carry_out", "digest", "listing_of", "place", "settle"]

LISTING = "app-files.json"
NO_CODE = "{}"  # the listing of a home whose app runs in place
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def listing_of(layer: Path) -> Listing:
    """List the files of an app layer with their SHA-256, and its empty folders."""
    found: Listing = {}
    for folder, names, files in os.walk(layer):
        names.sort()
        place = Path(folder)
        for name in sorted(files):
            path = place / name
            found[path.relative_to(layer).as_posix()] = digest(path)
        if not names and not files and place != layer:
            found[place.relative_to(layer).as_posix()] = ""
    return found


def place(layer: Path, manifest: Manifest, folders: AppFolders, note: Callable[[str], None]) -> Path:
    """Bring the home up to date, and return where the app's code runs: there, or where it lies.

    In place the home holds no code, only what the app writes. One that an earlier version left with code in
    it has the user's data beside that, and is used on.
    """
    if not manifest.in_place or _has_code(folders):
        return settle(layer, manifest, folders, note)
    _settle(layer, manifest, folders, note, NO_CODE)
    folders.home.mkdir(exist_ok=True)
    return layer


def _has_code(folders: AppFolders) -> bool:
    state = switching.state_of(folders)
    return state is not None and bool(state["files"])


def settle(layer: Path, manifest: Manifest, folders: AppFolders, note: Callable[[str], None]) -> Path:
    """Bring the home up to date with the app layer, and return it; `note` gets lines for the log.

    The listing that the build wrote beside the layer is compared with the one of the last start, which
    tells an update without reading the layer. Raises RuntimeFailure, with everything as it was.
    """
    _settle(layer, manifest, folders, note, (layer.parent / LISTING).read_text(encoding="utf-8"))
    return folders.home


def _settle(
    layer: Path, manifest: Manifest, folders: AppFolders, note: Callable[[str], None], text: str
) -> None:
    target = hashlib.sha256(f"{manifest.version}\n{manifest.keep}\n{text}".encode()).hexdigest()
    try:
        _settle_interrupted(folders, target, note)
        state = switching.state_of(folders)
        if state is not None and state["target"] == target:
            return
        _check_age(state, manifest, folders)
        _change(layer, manifest, folders, state, {"files": json.loads(text), "target": target}, note)
    except OSError as error:
        raise _failure(error, manifest.name, folders) from error


def _settle_interrupted(folders: AppFolders, target: str, note: Callable[[str], None]) -> None:
    """Finish what was cut short; take it back where it was for another version than is started now."""
    plan = switching.decided(folders)
    if plan is None:
        switching.discard(folders)
        return
    is_carried_out = switching.state_of(folders) == plan.state
    if is_carried_out or plan.state["target"] in (target, ""):
        switching.finish(folders, plan)
        note("finished what was interrupted at the last start")
    else:
        switching.take_back(folders, plan)
        note("took back the update that was interrupted at the last start")


def _check_age(state: Mapping[str, Any] | None, manifest: Manifest, folders: AppFolders) -> None:
    if state is None or not versions.is_older(manifest.version, state["version"]):
        return
    newer = f"{manifest.name} {state['version']}"
    todo = f"Start {newer} or a later one. Nothing was changed."
    if any((folders.private / switching.BACKUPS).glob("*")):
        todo += (
            " To go back to the databases of before the last update, start this program"
            f" once in a terminal with {RESTORE}."
        )
    raise RuntimeFailure(
        f"This is {manifest.name} {manifest.version}, but its data was last used by the newer {newer}.",
        todo,
    )


def _change(
    layer: Path,
    manifest: Manifest,
    folders: AppFolders,
    state: Mapping[str, Any] | None,
    new: dict[str, Any],
    note: Callable[[str], None],
) -> None:
    """Make the home the new version's, in one change, its databases backed up."""
    known, listing = Known.of(state), new["files"]
    place = switching.prepare(folders)
    try:
        backup = _back_up(folders, place, known) if folders.home.is_dir() else ""
        seeds = [name for name, sha in listing.items() if sha and is_seed(layer / name, name, manifest.keep)]
        update = update_of(folders.home, known, listing, seeds)
        after = {"version": manifest.version, "seeds": seeds, **new}
        plan = switching.decide(folders, _as_change(update, layer, after, backup))
    except BaseException:
        switching.discard(folders)  # a full disk stays not fuller than it was
        raise
    carry_out(folders, plan)
    for name in sorted(update.asides):
        note(
            f"{name} was changed here and stays; that of version {manifest.version}"
            f" is in {folders.root / switching.SET_ASIDE}"
        )
    if backup:
        note(f"backed up the databases of version {known.version} as {backup}")


def _back_up(folders: AppFolders, place: Path, known: Known) -> str:
    from launcher.data import backups  # here: SQLite is a library that most starts have no use for

    return backups.make(folders.home, place / switching.BACKUP, known.version)


def _as_change(update: Update, layer: Path, state: dict[str, Any], backup: str) -> switching.Change:
    return switching.Change(
        state=state,
        puts={name: layer / name for name in sorted(update.puts)},
        removals=tuple(sorted(update.removals)),
        folders=tuple(update.folders),
        asides={name: layer / name for name in sorted(update.asides)},
        backup=backup,
    )


def carry_out(folders: AppFolders, plan: switching.Plan) -> None:
    """Finish a decided change, or take it back when that cannot be."""
    try:
        switching.finish(folders, plan)
    except OSError:
        if switching.state_of(folders) != plan.state:
            switching.take_back(folders, plan)
        raise


def _failure(error: OSError, name: str, folders: AppFolders) -> RuntimeFailure:
    if error.errno in NO_ROOM:
        return RuntimeFailure(
            f"There is no room left on the disk for {name}.",
            f"Make room where {folders.root} is and start again. Nothing was changed.",
        )
    return RuntimeFailure(
        f"{name} cannot be set up in {folders.root}: {error.strerror or error}.",
        f"The file is {error.filename}." if error.filename else "",
    )
