"""A session key stays, kept for its user alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from flask import Flask

from launcher import host
from launcher.data import secret_key

Key = str | bytes | None


def start(place: Path, key: Key, *, version: str = "1.0") -> Key:
    """Start an app that comes with a key, and return the key that it has then."""
    app = Flask("app")
    app.secret_key = key
    secret_key.provide([app], place / "secret-key", version=version)
    assert app.config["SECRET_KEY"] == app.secret_key
    found: Key = app.secret_key
    return found


@pytest.mark.parametrize("own", [None, ""])
def test_app_without_a_key_gets_the_same_one_at_every_start(tmp_path: Path, own: str | None) -> None:
    (key,) = {start(tmp_path, own) for _ in range(2)}
    assert isinstance(key, str)
    assert len(key) >= 43


def test_app_with_a_key_keeps_it(tmp_path: Path) -> None:
    assert [start(tmp_path, "of the author") for _ in range(3)] == ["of the author"] * 3
    assert not (tmp_path / "secret-key").exists()


@pytest.mark.parametrize("keys", [("first", "second", "third"), (b"\xff1", b"\xff2", b"\xff3")])
def test_app_with_a_random_key_gets_its_first_one_from_the_first_restart_on(
    tmp_path: Path, keys: tuple[Key, ...]
) -> None:
    assert [start(tmp_path, key) for key in keys] == [keys[0]] * 3
    assert start(tmp_path, "fourth", version="2.0") == keys[0]


def test_key_that_a_new_version_comes_with_is_taken(tmp_path: Path) -> None:
    start(tmp_path, "first")
    assert start(tmp_path, "second", version="2.0") == "second"
    assert start(tmp_path, "second", version="2.0") == "second"


def test_key_that_the_environment_gives_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start(tmp_path, "first")
    monkeypatch.setenv("QUIZ_SECRET", "on purpose")
    assert start(tmp_path, "on purpose") == "on purpose"
    assert start(tmp_path, b"on purpose") == b"on purpose"


def test_two_apps_in_one_keep_a_key_each(tmp_path: Path) -> None:
    for number in (1, 2):
        apps = [Flask("shop"), Flask("admin")]
        for app in apps:
            app.secret_key = f"{app.import_name} {number}"
        secret_key.provide(apps, tmp_path / "secret-key", version="1.0")
    assert [app.secret_key for app in apps] == ["shop 1", "admin 1"]


def test_each_user_has_another_key(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    assert start(tmp_path / "one", None) != start(tmp_path / "two", None)


@pytest.mark.skipif(host.WINDOWS, reason="Windows has no mode bits")
def test_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    start(tmp_path, None)
    start(tmp_path, "own")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"secret-key": 0o600, "own-keys.json": 0o600}


def test_key_cut_short_by_a_full_disk_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "secret-key").touch()
    (tmp_path / "own-keys.json").touch()
    assert start(tmp_path, None)
    assert start(tmp_path, "own") == "own"


def test_without_a_flask_app_nothing_is_kept(tmp_path: Path) -> None:
    secret_key.provide([], tmp_path / "secret-key", version="1.0")
    assert list(tmp_path.iterdir()) == []
