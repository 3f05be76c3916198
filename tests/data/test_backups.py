"""Databases are backed up before a new version, and can be gone back to."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from launcher.data import backups, home, restoring, switching
from launcher.errors import RuntimeFailure
from launcher.paths import AppFolders
from launcher.project.manifest import Manifest
from launcher.project.target import Target


def lay(tmp_path: Path, version: str, text: str = "") -> Path:
    layer = tmp_path / version / "app"
    layer.mkdir(parents=True)
    (layer / "app.py").write_text(text or version)
    (layer.parent / home.LISTING).write_text(json.dumps(home.listing_of(layer)))
    return layer


def settle(layer: Path, folders: AppFolders) -> Path:
    target = Target(None, "app.py", None, ".", "a test")
    manifest = Manifest("Quiz", "org.example.quiz", layer.parent.name, target)
    return home.settle(layer, manifest, folders, lambda text: None)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (text TEXT)")
        connection.execute("INSERT INTO note VALUES (?)", [text])


def notes(path: Path) -> list[str]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM note")]


@pytest.fixture
def place(tmp_path: Path, folders: AppFolders) -> Path:
    """The home of version 1.0, with two databases in it."""
    made = settle(lay(tmp_path, "1.0"), folders)
    write(made / "notes.db", "of 1.0")
    write(made / "instance" / "deep" / "other.sqlite3", "of 1.0")
    return made


@pytest.fixture
def unfinished(place: Path) -> Iterator[Path]:
    """A database in use, with rows that are in its log alone."""
    with closing(sqlite3.connect(place / "notes.db")) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        with connection:
            connection.execute("INSERT INTO note VALUES ('in the log')")
        assert b"in the log" not in (place / "notes.db").read_bytes()
        yield place / "notes.db"


def test_new_version_finds_every_database_backed_up(tmp_path: Path, folders: AppFolders, place: Path) -> None:
    settle(lay(tmp_path, "2.0"), folders)
    (backup,) = backups.all_of(folders)
    assert backup.name.startswith("1.0-20")
    assert (backup.version, backup.names) == ("1.0", ("instance/deep/other.sqlite3", "notes.db"))
    assert [notes(backup.path_of(name)) for name in backup.names] == [["of 1.0"], ["of 1.0"]]
    files = sorted(path.name for path in backup.place.rglob("*") if path.is_file())
    assert files == ["backup.json", "notes.db", "other.sqlite3"]


def test_rows_that_are_only_in_the_write_ahead_log_are_in_the_backup(
    tmp_path: Path, folders: AppFolders, unfinished: Path
) -> None:
    settle(lay(tmp_path, "2.0"), folders)
    (backup,) = backups.all_of(folders)
    assert notes(backup.path_of("notes.db")) == ["of 1.0", "in the log"]


def test_next_start_of_the_same_version_backs_nothing_up(
    tmp_path: Path, folders: AppFolders, place: Path
) -> None:
    layer = lay(tmp_path, "2.0")
    settle(layer, folders)
    settle(layer, folders)
    assert len(backups.all_of(folders)) == 1


def test_last_three_backups_stay(tmp_path: Path, folders: AppFolders, place: Path) -> None:
    for version in ("2.0", "3.0", "4.0", "5.0"):
        settle(lay(tmp_path, version), folders)
    assert [backup.version for backup in backups.all_of(folders)] == ["2.0", "3.0", "4.0"]


def test_app_without_a_database_has_no_backups(tmp_path: Path, folders: AppFolders) -> None:
    settle(lay(tmp_path, "1.0"), folders)
    settle(lay(tmp_path, "2.0"), folders)
    assert backups.all_of(folders) == []


def test_file_that_only_begins_like_a_database_is_kept_byte_by_byte(
    tmp_path: Path, folders: AppFolders, place: Path
) -> None:
    broken = b"SQLite format 3\0" + b"rubbish" * 300
    (place / "broken.db").write_bytes(broken)
    settle(lay(tmp_path, "2.0"), folders)
    (backup,) = backups.all_of(folders)
    assert backup.path_of("broken.db").read_bytes() == broken


def test_database_that_another_program_locks_stops_the_update_and_nothing_else(
    tmp_path: Path, folders: AppFolders, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "PATIENCE", 0.1)
    with closing(sqlite3.connect(place / "notes.db", isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(RuntimeFailure, match=r"notes\.db is in use by another program"):
            settle(lay(tmp_path, "2.0"), folders)
    assert (place / "app.py").read_text() == "1.0"
    assert not switching.place_of(folders).exists()
    settle(tmp_path / "2.0" / "app", folders)
    assert (place / "app.py").read_text() == "2.0"


class TestGoingBack:
    """The databases of before an update, and the version of before, as if it had not been."""

    @pytest.fixture
    def updated(self, tmp_path: Path, folders: AppFolders, place: Path) -> Path:
        settle(lay(tmp_path, "2.0"), folders)
        write(place / "notes.db", "of 2.0")
        return place

    def test_newest_backup_is_restored_and_the_old_version_starts(
        self, tmp_path: Path, folders: AppFolders, updated: Path
    ) -> None:
        with pytest.raises(RuntimeFailure, match=r"last used by the newer Quiz 2\.0") as caught:
            settle(tmp_path / "1.0" / "app", folders)
        assert "--launcher-restore" in caught.value.todo
        assert restoring.restore(folders).version == "1.0"
        assert notes(updated / "notes.db") == ["of 1.0"]
        settle(tmp_path / "1.0" / "app", folders)
        assert (updated / "app.py").read_text() == "1.0"

    def test_what_was_there_is_kept_and_can_be_gone_back_to(self, folders: AppFolders, updated: Path) -> None:
        restoring.restore(folders)
        newest = backups.all_of(folders)[-1]
        assert newest.version == "2.0"
        restoring.restore(folders, newest.name)
        assert notes(updated / "notes.db") == ["of 1.0", "of 2.0"]

    def test_log_of_today_s_database_does_not_spoil_the_restored_one(
        self, folders: AppFolders, updated: Path
    ) -> None:
        killed = sqlite3.connect(updated / "notes.db")
        killed.execute("PRAGMA journal_mode=WAL")
        with killed:
            killed.execute("INSERT INTO note VALUES ('in the log')")
        log = (updated / "notes.db-wal").read_bytes()
        killed.close()
        (updated / "notes.db-wal").write_bytes(log)  # as a kill leaves it
        restoring.restore(folders)
        assert notes(updated / "notes.db") == ["of 1.0"]

    def test_without_a_backup_a_sentence_says_so(self, folders: AppFolders, place: Path) -> None:
        with pytest.raises(RuntimeFailure, match="no backup to go back to"):
            restoring.restore(folders)

    def test_unknown_backup_is_answered_with_those_that_exist(
        self, folders: AppFolders, updated: Path
    ) -> None:
        with pytest.raises(RuntimeFailure, match="There is no backup 7") as caught:
            restoring.restore(folders, "7")
        assert backups.all_of(folders)[0].name in caught.value.todo
