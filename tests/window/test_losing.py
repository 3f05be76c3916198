"""The screen goes away under a running program: everything ends, and the log says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher import host
from tests.conftest import StartProgram, WriteFiles
from tests.support.processes import left_of
from tests.support.waiting import until

pytest.importorskip("Xlib", reason="needs a screen", exc_type=ImportError)
pytest.importorskip("PySide6.QtWebEngineCore", reason="needs a web view", exc_type=ImportError)

from tests.support.screens import virtual_screen

pytestmark = [
    pytest.mark.window,
    pytest.mark.skipif(not host.LINUX, reason="takes the screen away as X allows"),
]

APP = """
import time
from pathlib import Path
from flask import Flask
app = Flask(__name__)

@app.route("/")
def index():
    return "<script>fetch('/save', {method: 'POST'})</script>hello"

@app.route("/save", methods=["POST"])
def save():
    Path("begun").touch()
    time.sleep(2)
    Path("saved").touch()
    return ""
"""


def test_program_whose_screen_is_lost_ends_saves_and_says_so(
    start_program: StartProgram, write_files: WriteFiles
) -> None:
    project = write_files({"app.py": APP})
    with virtual_screen() as screen:
        env = {"DISPLAY": screen.name, "WAYLAND_DISPLAY": ""}
        program = start_program(project, headless=False, webview="qt", env=env)
        until((project / "begun").exists, what=lambda: program.stderr)
        everyone = program.note_processes()
    assert left_of(everyone) == []
    assert program.wait() != 0  # Qt ends the process, or crashes while it does
    assert (project / "saved").exists()
    assert program.log.splitlines()[-1].endswith("killed, crashed, or lost its screen: ending")
    again = start_program(project)
    assert again.visit().ask("/").status == 200


def test_window_s_marks_of_a_start_are_gone_when_it_has_come(
    start_program: StartProgram, write_files: WriteFiles, screen: object, tmp_path: Path
) -> None:
    env = {"DISPLAY": getattr(screen, "name"), "WAYLAND_DISPLAY": ""}  # noqa: B009
    program = start_program(write_files({"app.py": APP}), headless=False, webview="qt", env=env)
    program.proof()
    assert not (program.folders.private / "window-starts").exists()
