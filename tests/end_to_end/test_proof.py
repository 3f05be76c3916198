"""What the proof of a build finds out: data that does not last, and files that only this machine has."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from launcher.packager.verification import seclusion
from tests.end_to_end.builds import Builder, assert_failed_in_order, set_up
from tests.support.files import write_into

pytestmark = pytest.mark.end_to_end

FORGETS = """
import os, sqlite3, sys
from flask import Flask

app = Flask(__name__)
place = os.path.join(os.path.dirname(__file__), "notes.db")
if os.path.exists(place) and {where}:
    os.remove(place)
with sqlite3.connect(place) as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS note (text)")


@app.route("/")
def index():
    return "notes"
"""
ONCE = """
import os
from flask import Flask

app = Flask(__name__)
os.mkdir(os.path.join(os.path.dirname(__file__), "cache"))


@app.route("/")
def index():
    return "only once"
"""
READS = """
from flask import Flask

app = Flask(__name__)


@app.route("/")
def index():
    return open({path!r}).read()
"""


def project_with(place: Path, code: str) -> Path:
    project = write_into(place / "project", {"app.py": code})
    set_up(project)
    return project


def test_an_app_that_forgets_at_home_as_well_is_packaged_with_a_warning(
    builder: Builder, place: Path
) -> None:
    build = builder.build(project_with(place, FORGETS.format(where="True")), place / "dist")
    assert build.program.is_file()
    warnings = {event["title"]: event["detail"] for event in build.events if event["event"] == "warning"}
    detail = warnings["The app does not keep what it has over a restart"]
    assert detail == "From source it is the same: notes.db: the row that the proof wrote is gone."
    report = next(path for path in build.last["reports"] if path.endswith(".json"))
    kept = json.loads(Path(report).read_text(encoding="utf-8"))["verification"]["restart"]
    assert kept["own_ways"] == ["notes.db: the row that the proof wrote is gone"]
    assert kept["probes"] == ["a file"]


def test_an_app_that_forgets_only_when_packaged_is_not_handed_over(builder: Builder, place: Path) -> None:
    code = FORGETS.format(where="getattr(sys, 'frozen', False)")
    build = builder.build(project_with(place, code), place / "dist")
    assert_failed_in_order(build, place / "dist", 5)
    assert "After a restart: notes.db: the row that the proof wrote is gone" in build.error["message"]


def test_an_app_that_starts_only_once_is_told_whose_doing_that_is(builder: Builder, place: Path) -> None:
    build = builder.build(project_with(place, ONCE), place / "dist")
    assert_failed_in_order(build, place / "dist", 5)
    assert "does not start again over its own data" in build.error["message"]
    assert "FileExistsError" in build.error["message"]
    assert build.error["todo"].startswith("From source it does not start a second time.")


def test_a_file_of_this_machine_is_out_of_reach_and_named(builder: Builder, place: Path) -> None:
    if not seclusion.around(seclusion.surroundings_of(Path(sys.executable))).covered:
        pytest.skip("nothing can be covered here")
    words = place / "words.txt"
    words.write_text("open to everybody", encoding="utf-8")
    words.chmod(0o644)
    build = builder.build(project_with(place, READS.format(path=str(words))), place / "dist")
    assert_failed_in_order(build, place / "dist", 5)
    assert "GET /: from source 200" in build.error["message"]
    assert build.error["todo"].startswith(f"It reads {words}: a friend has no such file")
