"""Secrets and personal data are named, whatever is decided about them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from launcher.packager import app_layer
from launcher.packager.warnings import private
from launcher.packager.warnings.notice import Notice
from launcher.project.config import Files
from tests.conftest import WriteFiles


def look(root: Path, files: Files, read: tuple[str, ...] = ()) -> list[Notice]:
    return list(private.look(app_layer.of_project(root, files, read=read), files, read))


def test_a_file_of_variables_that_the_app_reads_is_told_with_their_names(write_files: WriteFiles) -> None:
    root = write_files({"app.py": "", ".env": "SECRET_KEY=hidden\nMAIL_SERVER=unseen\n"})
    (one,) = look(root, Files(), (".env",))
    assert one.title == ".env stays behind"
    assert "The app reads it" in one.detail and "SECRET_KEY, MAIL_SERVER" in one.detail
    assert 'env = { MAIL_SERVER = "..." }' in one.todo and "--include .env" in one.todo
    assert "hidden" not in str(one) and "unseen" not in str(one)
    (asked,) = look(root, Files(asked_include=(".env",)))
    assert asked.title == ".env travels"
    (named,) = look(root, Files(include=(".env",)))
    assert named.title == ".env travels"


def test_keys_and_folders_of_credentials_are_told(write_files: WriteFiles) -> None:
    root = write_files({"app.py": "", "tls/server.key": "x", ".ssh/config": "x"})
    assert {one.title for one in look(root, Files())} == {
        "tls/server.key stays behind",
        ".ssh/ stays behind",
    }


def test_a_database_with_personal_rows_travels_told_until_it_is_decided(write_files: WriteFiles) -> None:
    root = write_files({"app.py": ""})
    with closing(sqlite3.connect(root / "app.db")) as database:
        database.execute("CREATE TABLE user (email TEXT, password TEXT)")
        database.execute("INSERT INTO user VALUES ('a@b.c', 'x')")
        database.commit()
    (one,) = look(root, Files())
    assert one.title == "app.db holds personal data"
    assert "table user has 1 row with email, password" in one.detail
    assert "--exclude app.db" in one.todo and "exclude of [tool.launcher.files]" in one.todo
    for files in (Files(keep=("*.db",)), Files(asked_include=("app.db",)), Files(exclude=("app.db",))):
        assert look(root, files) == []


def test_code_with_a_key_in_it_travels_and_is_told(write_files: WriteFiles) -> None:
    root = write_files({"app.py": 'KEY = """\n-----BEGIN ' + 'RSA PRIVATE KEY-----\n"""\n'})
    assert [one.title for one in look(root, Files())] == ["app.py holds a private key"]
