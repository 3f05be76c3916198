"""Going back: the databases become what a backup kept, and today's are kept in its stead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from launcher.data import backups, home, switching, turns
from launcher.errors import RuntimeFailure
from launcher.paths import AppFolders, app_folders
from launcher.project import manifest as manifests
from launcher.serving import single


def run(manifest: Path, wanted: str | None, say: Callable[[str], None]) -> None:
    """Restore a backup of the app, the newest unless one is named, while the app is closed."""
    app = manifests.load(manifest)
    folders = app_folders(app.identifier)
    folders.make()
    lock = single.Lock(folders.private / "lock")
    if not lock.acquire():
        raise RuntimeFailure(f"{app.name} is open.", "Close it first, then go back.")
    try:
        backup = restore(folders, wanted)
    finally:
        lock.release()
    say(f"The databases are those of {backup.name} again: {', '.join(backup.names)}.")
    say(f"Version {backup.version} or later may be started. What was there before is kept:")
    for kept in backups.all_of(folders):
        say(f"  {manifests.RESTORE} {kept.name}")


def restore(folders: AppFolders, wanted: str | None = None) -> backups.Backup:
    """Put a backup's databases into the home, as one change, and return the backup.

    The home then counts as that backup's version: it may be started again, and a newer one will find
    it as it was before the update.
    """
    turn = turns.take(turns.path_in(folders.private))
    try:
        return _restore(folders, wanted)
    finally:
        turn.end()


def _restore(folders: AppFolders, wanted: str | None) -> backups.Backup:
    unfinished = switching.decided(folders)
    if unfinished is not None:
        switching.finish(folders, unfinished)
    state = switching.state_of(folders)
    backup = _chosen(folders, wanted)
    if state is None:
        raise RuntimeFailure(
            "There is no data to go back from.", f"The backups are in {backup.place.parent}."
        )
    place = switching.prepare(folders)
    try:
        present = backups.make(folders.home, place / switching.BACKUP, state["version"])
        names = [f"{name}{tail}" for name in backup.names for tail in ("", *backups.BESIDE)]
        puts = {name: backup.path_of(name) for name in names if backup.path_of(name).is_file()}
        change = switching.Change(
            state={**state, "version": backup.version, "target": ""},  # none: the next start sets up anew
            puts=puts,
            removals=tuple(name for name in names if name not in puts and (folders.home / name).is_file()),
            backup=present,
        )
        plan = switching.decide(folders, change)
    except BaseException:
        switching.discard(folders)
        raise
    home.carry_out(folders, plan)
    return backup


def _chosen(folders: AppFolders, wanted: str | None) -> backups.Backup:
    present = backups.all_of(folders)
    if wanted is None and present:
        return present[-1]
    for backup in present:
        if backup.name == wanted:
            return backup
    names = ", ".join(backup.name for backup in present)
    raise RuntimeFailure(
        f"There is no backup {wanted}." if wanted else "There is no backup to go back to.",
        f"There are: {names}." if names else "Backups are made before the first start of a new version.",
    )
