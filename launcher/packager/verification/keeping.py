"""What an app has written, as it can be compared: files by digest, databases by their rows.

What we can write ourselves is written too, a file and a row in every database: most apps write nothing of
worth before somebody uses them.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from launcher.data.updating import digest, is_database

PROBE = "launcher_proof"
FILE = f"{PROBE}.txt"
WORD = "written by the build's proof"
BESIDE = ("-wal", "-shm", "-journal")
PATIENCE = 5.0

Rows = dict[str, int]


@dataclass(slots=True)
class Written:
    """What was written into a home; a database that cannot be read is a file like any other."""

    files: dict[str, str] = field(default_factory=dict)  # by name, their SHA-256
    databases: dict[str, Rows] = field(default_factory=dict)  # by name, the rows of each table


def written_in(home: Path, came: Mapping[str, str]) -> Written:
    """Look through a home for what did not come with the app: new files, changed ones, and databases."""
    found = Written()
    for folder, names, files in os.walk(home):
        names[:] = [name for name in names if name != "__pycache__"]
        for file in files:
            path = Path(folder) / file
            name = path.relative_to(home).as_posix()
            if path.is_symlink() or not path.is_file() or file.endswith(BESIDE):
                continue
            rows = rows_of(path) if is_database(path) else None
            if rows is not None:
                found.databases[name] = rows
            elif (sha := _digest(path)) and sha != came.get(name):
                found.files[name] = sha
    return found


def rows_of(database: Path) -> Rows | None:
    """Count the rows of each table; None where it cannot be read, being encrypted, broken or in use."""
    with suppress(sqlite3.Error), closing(_opened(database, "ro")) as connection:
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
        names = [row[0] for row in connection.execute(query)]
        rows: Rows = {}
        for name in names:
            with suppress(sqlite3.Error):  # a table of an extension that we have not
                quoted = str(name).replace('"', '""')
                rows[str(name)] = connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0]
        return rows
    return None


def leave_probes(home: Path, own: Callable[[Path], None]) -> None:
    """Write a file into a home and a row into each of its databases; `own` gives the files away."""
    if not home.is_dir():
        return
    file = home / FILE
    file.write_text(f"{WORD}\n", encoding="utf-8")
    own(file)
    for name in written_in(home, {}).databases:
        with suppress(sqlite3.Error), closing(_opened(home / name, "rw")) as connection:
            connection.execute(f"CREATE TABLE {PROBE} (word TEXT)")
            connection.execute(f"INSERT INTO {PROBE} VALUES (?)", (WORD,))
            connection.commit()
        for tail in BESIDE:
            if Path(f"{home / name}{tail}").exists():
                own(Path(f"{home / name}{tail}"))


def probes_in(written: Written) -> list[str]:
    """Say which of what we wrote is there."""
    rows = [f"a row in {name}" for name, tables in written.databases.items() if tables.get(PROBE)]
    return [*(["a file"] if FILE in written.files else []), *rows]


def lost(before: Written, after: Written, came: Mapping[str, str]) -> dict[str, str]:
    """Name what `before` had and `after` has not: a sentence by what it is about."""
    found = {}
    for name in before.files:
        if name in after.files or name in after.databases:
            continue
        if name in came:
            found[name] = f"{name} is again as it came with the program; the app had changed it"
        else:
            found[name] = f"{name} is gone"
    for name, rows in before.databases.items():
        now = after.databases.get(name)
        if now is None:
            found[name] = f"the database {name} is gone"
            continue
        for table, count in rows.items():
            left = now.get(table)
            if table == PROBE:
                said = "" if left else "the row that the proof wrote is gone"
            elif left is None:
                said = f"the table {table} is gone"
            else:
                said = f"{table} had {count} rows and has {left}" if left < count else ""
            if said:
                found[f"{name} {table}"] = f"{name}: {said}"
    return found


def _opened(database: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{database.resolve().as_uri()}?mode={mode}", uri=True, timeout=PATIENCE)


def _digest(path: Path) -> str:
    with suppress(OSError):  # gone meanwhile
        return digest(path)
    return ""
