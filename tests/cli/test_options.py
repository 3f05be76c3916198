"""Arguments after -- reach the app, from source, by the command as people type it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from launcher import host
from tests.conftest import WriteFiles
from tests.support.programs import environment
from tests.support.running import Running

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="ends programs by POSIX signals")

APP = """
import sys
from flask import Flask
app = Flask(__name__)

@app.route("/")
def index():
    return "|".join(sys.argv[1:])
"""
SETTINGS = '[tool.launcher]\nargs = ["--colour", "red"]\nwebview = "browser"\n'


@pytest.mark.parametrize("words", [["run", "."], ["run"], ["."]], ids=["run .", "run", "."])
def test_words_after_two_dashes_are_the_app_s(
    words: list[str], write_files: WriteFiles, tmp_path: Path
) -> None:
    project = write_files({"app.py": APP, "pyproject.toml": SETTINGS, "größe.txt": ""})
    environ = environment(
        LAUNCHER_HEADLESS="1", LAUNCHER_HOME=str(tmp_path / "data"), LAUNCHER_CACHE=str(tmp_path / "cache")
    )
    command = [sys.executable, "-m", "launcher", *words, "--", "--port", "5", "größe.txt", "--"]
    running = Running(command, environ, tmp_path / "said", cwd=project)
    try:
        assert running.visit().ask("/").text == f"--colour|red|--port|5|{project / 'größe.txt'}|--"
        assert running.stop() == 0
    finally:
        running.clean_up()
