"""Databases that hold what looks like personal data, read without a change to them."""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from launcher.data.updating import is_database

MOST_ROWS = 100_000  # counted of a table
LARGEST = 500_000_000  # bytes of a database that is copied to be read
_COLUMN = re.compile(
    r"pass(word|wd|phrase|_?hash)|pwd|e_?mail|phone|mobile|iban|birth|\bssn\b|street|(first|last|full|sur)_?name",
    re.IGNORECASE,
)
_TABLE = re.compile(r"(.*_)?(users?|accounts?|customers?|members?|patients?|contacts?|people|persons?)", re.I)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with rows that look personal: its name, how many rows it has, and the columns that say so."""

    name: str
    rows: int
    columns: tuple[str, ...]

    def describe(self) -> str:
        """Describe the table in words that a sentence can use."""
        count = f"more than {MOST_ROWS}" if self.rows > MOST_ROWS else str(self.rows)
        rows = f"{count} row{'' if self.rows == 1 else 's'}"
        return f"table {self.name} has {rows}" + (f" with {', '.join(self.columns)}" if self.columns else "")


def tables_of(path: Path) -> tuple[Table, ...]:
    """Return the tables of an SQLite database that hold personal rows; none of any other file."""
    if not is_database(path):
        return ()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="launcher-reading-") as scratch,
            closing(_opened(path, Path(scratch))) as database,
        ):
            return tuple(_personal(database))
    except (sqlite3.Error, OSError):
        return ()


def _opened(path: Path, scratch: Path) -> sqlite3.Connection:
    """Open a database so that nothing is written beside it; what is only in its log is read from a copy."""
    log = path.with_name(f"{path.name}-wal")
    if log.is_file() and log.stat().st_size and path.stat().st_size <= LARGEST:
        for one, name in ((path, "copy"), (log, "copy-wal")):
            shutil.copyfile(one, scratch / name)
        return sqlite3.connect(scratch / "copy")
    return sqlite3.connect(f"file:{quote(path.absolute().as_posix())}?mode=ro&immutable=1", uri=True)


def _personal(database: sqlite3.Connection) -> Iterator[Table]:
    names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    for (name,) in database.execute(names).fetchall():
        quoted = '"' + name.replace('"', '""') + '"'
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({quoted})")]
        told = tuple(column for column in columns if _COLUMN.search(column))
        if not told and not _TABLE.fullmatch(name):
            continue
        counted = f"SELECT count(*) FROM (SELECT 1 FROM {quoted} LIMIT {MOST_ROWS + 1})"
        rows = database.execute(counted).fetchone()[0]
        if rows:
            yield Table(name, rows, told)
