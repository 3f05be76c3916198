"""What was written is found again by digests and rows, and what is lost is named."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from launcher.packager.verification.keeping import leave_probes, lost, probes_in, rows_of, written_in
from tests.support.files import write_into


def database(path: Path, *rows: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (text)")
        connection.executemany("INSERT INTO note VALUES (?)", [(row,) for row in rows])
        connection.commit()
    return path


def test_only_what_did_not_come_with_the_app_was_written(tmp_path: Path) -> None:
    write_into(tmp_path, {"app.py": "code", "list.txt": "changed", "up/load.txt": "mine"})
    write_into(tmp_path, {"__pycache__/app.pyc": "x", "notes.db-wal": "x"})
    texts = {"app.py": b"code", "list.txt": b"as it came"}
    came = {name: hashlib.sha256(text).hexdigest() for name, text in texts.items()}
    database(tmp_path / "notes.db", "one")
    found = written_in(tmp_path, came)
    assert sorted(found.files) == ["list.txt", "up/load.txt"]
    assert found.databases == {"notes.db": {"note": 1}}


def test_rows_are_counted_while_another_writes_and_not_where_nothing_can_be_read(tmp_path: Path) -> None:
    place = database(tmp_path / "notes.db", "one", "two")
    with closing(sqlite3.connect(place)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("INSERT INTO note VALUES ('not yet')")
        assert rows_of(place) == {"note": 2}
        other.commit()
        assert rows_of(place) == {"note": 3}
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"SQLite format 3\0" + b"nonsense" * 100)
    assert rows_of(broken) is None
    assert "broken.db" in written_in(tmp_path, {}).files, "it is compared as a file"


def test_table_with_an_awkward_name_is_counted(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.execute('CREATE TABLE "my ""own"" table" (id INTEGER PRIMARY KEY AUTOINCREMENT)')
        connection.commit()
    assert rows_of(tmp_path / "a.db") == {'my "own" table': 0}


def test_probes_are_a_file_and_a_row_in_each_database(tmp_path: Path) -> None:
    database(tmp_path / "notes.db", "one")
    given: list[Path] = []
    leave_probes(tmp_path, given.append)
    found = written_in(tmp_path, {})
    assert probes_in(found) == ["a file", "a row in notes.db"]
    assert found.databases["notes.db"]["note"] == 1
    assert [path.name for path in given] == ["launcher_proof.txt"]
    leave_probes(tmp_path / "no home", given.append)
    assert not (tmp_path / "no home").exists()


def test_nothing_is_lost_where_more_is_written(tmp_path: Path) -> None:
    write_into(tmp_path, {"upload.txt": "mine"})
    database(tmp_path / "notes.db", "one")
    before = written_in(tmp_path, {})
    write_into(tmp_path, {"upload.txt": "changed by the app", "more.txt": "x"})
    database(tmp_path / "notes.db", "two")
    assert lost(before, written_in(tmp_path, {}), {}) == {}
