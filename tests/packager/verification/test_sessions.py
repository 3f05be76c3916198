"""A session cookie of one start is good in the next when both were signed with a key that is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from launcher.data import secret_key
from launcher.packager.verification.sessions import verdict

GOOD = "accepted by the second start"


def signed(key: str | bytes, **values: str) -> str:
    app = Flask("an app")
    app.secret_key = key
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    return str(serializer.dumps(values))


@pytest.mark.parametrize("key", ["a text", b"\x00\xff bytes"])
@pytest.mark.parametrize("place", ["own", "given", "environment"])
def test_the_same_key_is_seen_wherever_it_is_kept(key: str | bytes, place: str, tmp_path: Path) -> None:
    environ = {}
    if place == "own":
        app = Flask("app")
        app.secret_key = key
        secret_key.provide([app], tmp_path / "secret-key", version="1")
    elif place == "given":
        app = Flask("app")
        secret_key.provide([app], tmp_path / "secret-key", version="1")
        assert app.secret_key is not None
        key = app.secret_key
    elif isinstance(key, bytes):
        pytest.skip("the environment holds texts")
    else:
        environ["KEY"] = key
    first, then = {"session": signed(key, n="1")}, {"session": signed(key, n="2")}
    assert verdict(tmp_path, environ, first, then).startswith(GOOD)
    assert verdict(tmp_path, environ, first, {"session": signed("another key", n="2")}) == ""


def test_what_cannot_be_compared_is_said(tmp_path: Path) -> None:
    assert "no page that was asked for set a cookie" in verdict(tmp_path, {}, {}, {})
    assert "no cookie is signed" in verdict(tmp_path, {}, {"theme": "dark"}, {"theme": "dark"})
    unknown = {"session": signed("a key that is kept nowhere")}
    assert "no cookie is signed" in verdict(tmp_path, {"KEY": "else"}, unknown, unknown)


def test_a_file_of_keys_that_is_broken_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "own-keys.json").write_text(json.dumps([]) + "{", encoding="utf-8")
    assert "not compared" in verdict(tmp_path, {}, {"session": signed("x")}, {"session": signed("x")})
