"""An app in its home and in its window: what its author set for a server, what an update must not do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from launcher.data import home
from tests.conftest import WriteFiles
from tests.support.backends import Backend, Backends

SHOP = """
import os
from flask import Flask, request, session, redirect, url_for

app = Flask(__name__)
app.config.update(SECRET_KEY=os.urandom(24), SERVER_NAME="shop.example", PREFERRED_URL_SCHEME="https",
                  SESSION_COOKIE_SECURE=True, TRUSTED_HOSTS=["shop.example"])

@app.before_request
def force():
    if not request.is_secure:
        return redirect(request.url.replace("http://", "https://", 1), code=301)

@app.route("/")
def index():
    session["n"] = session.get("n", 0) + 1
    return f"{session['n']} {url_for('index', _external=True)}"
"""


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    """An app layer with its listing beside it."""
    place = tmp_path / "layers" / "app"
    place.mkdir(parents=True)
    (place / "app.py").write_text(SHOP)
    (place.parent / home.LISTING).write_text(json.dumps(home.listing_of(place)))
    return place


def start(backends: Backends, layer: Path, version: str = "1.0") -> Backend:
    return backends.start(layer, order={"settle": True}, manifest={"version": version})


def test_random_key_and_production_settings_do_not_log_anybody_out(backends: Backends, layer: Path) -> None:
    cookies: dict[str, str] = {}
    for number in (1, 2, 3):
        backend = start(backends, layer)
        visitor = backend.visit()
        visitor.cookies.update(cookies)
        answer = visitor.ask("/")
        assert answer.text == f"{number} http://127.0.0.1:{visitor.port}/"
        assert "secure" not in (answer.header("set-cookie") or "secure").lower()
        cookies = {"session": visitor.cookies["session"]}
        backend.process.stop()


def test_production_settings_work_from_source_too(backends: Backends, write_files: WriteFiles) -> None:
    visitor = backends.start(write_files({"app.py": SHOP})).visit()
    assert visitor.ask("/").text == f"1 http://127.0.0.1:{visitor.port}/"


def test_older_version_is_refused_in_the_window_and_on_standard_error(
    backends: Backends, layer: Path
) -> None:
    first = start(backends, layer, "2.0")
    first.event("ready")
    first.process.stop()
    backend = start(backends, layer, "1.0")
    failed = backend.event("failed")
    sentence = "This is Quiz 1.0, but its data was last used by the newer Quiz 2.0."
    assert (failed["sentence"], failed["todo"]) == (
        sentence,
        "Start Quiz 2.0 or a later one. Nothing was changed.",
    )
    assert backend.event("ended")["code"] == 6
    assert sentence in backend.log.tail()
    start(backends, layer, "2.0").event("ready")


def test_next_backend_waits_until_the_one_before_is_gone(backends: Backends, layer: Path) -> None:
    """As when a program was killed, and its backend finishes what it was asked."""
    first = start(backends, layer)
    first.event("ready")
    second = start(backends, layer, "2.0")
    second.event("listening")
    assert "ready" not in second.names()
    assert json.loads((backends.folders.private / "home.json").read_text())["version"] == "1.0"
    first.process.stop()
    second.event("ready")
    assert json.loads((backends.folders.private / "home.json").read_text())["version"] == "2.0"
