"""Copies of an app's SQLite databases as they were before a new version, made by SQLite itself.

A file copied while it is in use, or without the log beside it (`-wal`), is not
the database; SQLite's own backup call sees both.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from launcher.data import switching
from launcher.data.updating import is_database
from launcher.errors import RuntimeFailure
from launcher.paths import AppFolders
from launcher.writing import copy, write

ABOUT = "backup.json"
BESIDE = ("-wal", "-shm", "-journal")  # belong to the database of that name
PATIENCE = 5.0  # seconds for another program that is writing


@dataclass(frozen=True, slots=True)
class Backup:
    """The databases of one moment: their names in the home, and the version that had made them."""

    place: Path
    version: str
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.place.name

    def path_of(self, name: str) -> Path:
        """Return the copy of a database."""
        return self.place / "files" / name


def databases_in(home: Path) -> list[str]:
    """List the SQLite databases in a home, relative to it."""
    return sorted(path.relative_to(home).as_posix() for path in _files(home) if is_database(path))


def _files(home: Path) -> Iterator[Path]:
    for folder, names, files in os.walk(home):
        names[:] = [name for name in names if name != "__pycache__"]
        for name in files:
            path = Path(folder) / name
            if path.is_file() and not path.is_symlink():
                yield path


def make(home: Path, place: Path, version: str) -> str:
    """Back up the databases of a home into the folder `place`, and return its name-to-be.

    Empty where there is no database.
    """
    names = databases_in(home)
    if not names:
        return ""
    for name in names:
        target = place / "files" / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _back_up(home / name, target)
    about = {"version": version, "names": names}
    write(place / ABOUT, json.dumps(about, indent=1).encode())
    moment = time.time()
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime(moment))
    return f"{version or 'unknown'}-{stamp}.{int(moment * 1000) % 1000:03}Z"


def _back_up(source: Path, target: Path) -> None:
    try:
        _copy_database(source, target)
    except sqlite3.OperationalError as error:
        if "locked" not in str(error) and "busy" not in str(error):
            raise
        raise RuntimeFailure(
            f"The database {source.name} is in use by another program, and must be backed up"
            " before the new version starts.",
            "Close that program and start again.",
        ) from error
    except sqlite3.DatabaseError:  # encrypted or broken: its bytes are all that can be kept
        target.unlink(missing_ok=True)
        for tail in ("", *BESIDE):
            if Path(f"{source}{tail}").is_file():
                copy(Path(f"{source}{tail}"), Path(f"{target}{tail}"))
    target.chmod(0o600)


def _copy_database(source: Path, target: Path) -> None:
    # To be opened for writing: what a killed app left half-written is first brought in order.
    mode = "rw" if os.access(source, os.W_OK) else "ro"
    incoming = sqlite3.connect(f"{source.as_uri()}?mode={mode}", uri=True, timeout=PATIENCE)
    try:
        # Reading holds writers off: the backup call itself would wait for them for ever.
        incoming.execute("BEGIN")
        incoming.execute("SELECT count(*) FROM sqlite_master").fetchone()
        outgoing = sqlite3.connect(target)
        try:
            incoming.backup(outgoing)
        finally:
            outgoing.close()
    finally:
        incoming.close()


def all_of(folders: AppFolders) -> list[Backup]:
    """List the backups, the oldest first."""
    found = []
    for place in (folders.private / switching.BACKUPS).glob(f"*/{ABOUT}"):
        about = json.loads(place.read_text(encoding="utf-8"))
        found.append(Backup(place.parent, about["version"], tuple(about["names"])))
    return sorted(found, key=lambda backup: switching.moment_of(backup.place))
