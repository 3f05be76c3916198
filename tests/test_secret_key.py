"""A session key for an app that has none, kept for its user alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from flask import Flask

from launcher import host, secret_key


def app_with(key: str | None) -> Flask:
    app = Flask("keyless")
    app.secret_key = key
    return app


@pytest.mark.parametrize("own", [None, ""])
def test_app_without_a_key_gets_the_same_one_at_every_start(tmp_path: Path, own: str | None) -> None:
    keys = set()
    for _ in range(2):
        app = app_with(own)
        secret_key.provide(app, tmp_path / "secret-key")
        keys.add(app.secret_key)
    (key,) = keys
    assert isinstance(key, str)
    assert len(key) >= 43


def test_app_with_a_key_keeps_it(tmp_path: Path) -> None:
    app = app_with("of the author")
    secret_key.provide(app, tmp_path / "secret-key")
    assert app.secret_key == "of the author"
    assert not (tmp_path / "secret-key").exists()


def test_each_user_has_another_key(tmp_path: Path) -> None:
    apps = [app_with(None), app_with(None)]
    for number, app in enumerate(apps):
        secret_key.provide(app, tmp_path / f"key {number}")
    assert apps[0].secret_key != apps[1].secret_key


@pytest.mark.skipif(host.WINDOWS, reason="Windows has no mode bits")
def test_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    secret_key.provide(app_with(None), tmp_path / "secret-key")
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_key_cut_short_by_a_full_disk_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "secret-key").touch()
    app = app_with(None)
    secret_key.provide(app, tmp_path / "secret-key")
    assert app.secret_key
    assert (tmp_path / "secret-key").read_text() == app.secret_key


def test_app_that_is_no_flask_app_is_left_alone(tmp_path: Path) -> None:
    secret_key.provide(lambda environ, start_response: [], tmp_path / "secret-key")
    assert list(tmp_path.iterdir()) == []
