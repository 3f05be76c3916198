"""Databases with what looks like personal data."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from launcher.packager.app_layer import personal
from launcher.packager.app_layer.personal import Table


def make(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


def test_tables_with_rows_about_people_are_found(tmp_path: Path) -> None:
    place = tmp_path / "größe #1?.db"
    make(
        place,
        'CREATE TABLE "odd ""name" (id INTEGER, email TEXT, password_hash TEXT)',
        'INSERT INTO "odd ""name" VALUES (1, \'a@b.c\', \'x\'), (2, \'d@e.f\', \'y\')',
        "CREATE TABLE users (id INTEGER, nick TEXT)",
        "INSERT INTO users VALUES (1, 'ann')",
        "CREATE TABLE customers (email TEXT)",
        "CREATE TABLE words (word TEXT)",
        "INSERT INTO words VALUES ('emailed')",
    )
    before = sorted(os.listdir(tmp_path))
    found = personal.tables_of(place)
    assert found == (Table('odd "name', 2, ("email", "password_hash")), Table("users", 1, ()))
    assert found[0].describe() == 'table odd "name has 2 rows with email, password_hash'
    assert sorted(os.listdir(tmp_path)) == before


def test_rows_that_are_only_in_the_log_count(tmp_path: Path) -> None:
    place = tmp_path / "app.db"
    with closing(sqlite3.connect(place)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA wal_autocheckpoint=0")
        database.execute("CREATE TABLE users (email TEXT)")
        database.execute("INSERT INTO users VALUES ('a@b.c')")
        database.commit()
        assert personal.tables_of(place) == (Table("users", 1, ("email",)),)


def test_what_is_no_database_or_a_broken_one_has_no_tables(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("email", encoding="utf-8")
    (tmp_path / "broken.db").write_bytes(b"SQLite format 3\0" + b"email" * 1000)
    assert personal.tables_of(tmp_path / "text.db") == personal.tables_of(tmp_path / "broken.db") == ()
