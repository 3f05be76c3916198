"""The doorway of a real app: its own limits, scripts, sign-ins, and what a browser keeps."""

from __future__ import annotations

import json
from typing import Any

from launcher.serving.policy import VERDICT
from tests.conftest import WriteFiles
from tests.support.asking import Visitor, ask
from tests.support.backends import Backend, Backends

APP = """
import os
from flask import Flask, jsonify, redirect, request
app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 1000

@app.errorhandler(413)
def too_large(error):
    return "Please choose a smaller picture.", 413

@app.route("/save", methods=["POST"])
def save():
    return str(len(request.form["picture"]))

@app.route("/raw", methods=["POST"])
def raw():
    return str(len(request.get_data()))

@app.route("/embed/who")
@app.route("/who")
def who():
    return jsonify(sorted(request.cookies), [key for key in request.environ if key.startswith("launcher")])

@app.route("/sign-in")
def sign_in():
    return redirect("https://accounts.example/?state=s1")
"""
SETTINGS = {"public": ("/embed/*",), "callbacks": ("/signed-in",), "scripts": True}


def start(backends: Backends, write_files: WriteFiles, **manifest: Any) -> Backend:
    return backends.start(write_files({"app.py": APP}), manifest={"server": SETTINGS, **manifest})


def test_app_refuses_what_is_too_large_for_it_in_its_own_words(
    backends: Backends, write_files: WriteFiles
) -> None:
    visitor = start(backends, write_files).visit()
    small = visitor.ask("/save", method="POST", body=b"picture=" + b"x" * 992)
    assert (small.status, small.text) == (200, "992")
    large = visitor.ask("/save", method="POST", body=b"picture=" + b"x" * (4 << 20))
    assert (large.status, large.text) == (413, "Please choose a smaller picture.")
    raw = visitor.ask("/raw", method="POST", body=b"x" * 1001)
    assert raw.status == 413, "never taken for an empty body"


def test_script_of_the_user_asks_with_the_token(backends: Backends, write_files: WriteFiles) -> None:
    backend = start(backends, write_files)
    backend.event("ready")
    told = json.loads((backends.folders.private / "running.json").read_text(encoding="ascii"))
    token = {"Authorization": f"Bearer {told['token']}"}
    assert ask(told["port"], "/who", headers=token).text == '[[],["launcher.role"]]\n'
    assert ask(told["port"], "/who").status == 403


def test_public_path_knows_nobody_and_nothing(backends: Backends, write_files: WriteFiles) -> None:
    visitor = start(backends, write_files).visit()
    cookies = "; ".join(f"{name}={value}" for name, value in {**visitor.cookies, "mine": "x"}.items())
    outside = {"Sec-Fetch-Site": "cross-site", "Cookie": cookies}
    asked = ask(visitor.port, "/embed/who", headers=outside)
    assert json.loads(asked.text) == [[], []]
    assert asked.header("x-frame-options") is None
    own = ask(visitor.port, "/who", headers={"Cookie": cookies})
    assert "mine" in json.loads(own.text)[0]
    assert VERDICT not in own.text
    assert own.header("x-content-type-options") == "nosniff"


def test_sign_in_elsewhere_is_shown_in_the_window(backends: Backends, write_files: WriteFiles) -> None:
    backend = start(backends, write_files)
    visitor = backend.visit()
    assert visitor.ask("/sign-in").status == 302
    back = ask(visitor.port, "/signed-in?code=1&state=s1", headers={"Sec-Fetch-Site": "cross-site"})
    assert back.status == 200
    entered = Visitor(backend.event("entry")["url"])
    assert entered.entered.header("location") == "/signed-in?code=1&state=s1"
    backend.event("raise")


def test_browser_forgets_the_files_of_the_version_before(backends: Backends, write_files: WriteFiles) -> None:
    """Flask's static files may have been cached for a year."""
    for version, clears in (("1", True), ("1", False), ("2", True), ("2", False)):
        backend = start(backends, write_files, version=version)
        visitor = backend.visit()
        assert (visitor.entered.header("clear-site-data") == '"cache"') == clears, version
        backend.process.stop()
