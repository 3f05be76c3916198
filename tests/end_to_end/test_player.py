"""The player: what is frozen into it, and which Python it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.corpus.environments import environment_for
from tests.end_to_end.builds import Builder, Built, set_up
from tests.end_to_end.frozen import Stranger, sealed

pytestmark = pytest.mark.end_to_end

# Runs where the player was frozen: PyInstaller is nowhere else.
LIST = """
import json, sys
from PyInstaller.archive.readers import CArchiveReader
archive = CArchiveReader(sys.argv[1])
names = set(archive.toc)
for name, entry in archive.toc.items():
    if entry[4] in ("z", "Z"):
        names |= set(archive.open_embedded_archive(name).toc)
print(json.dumps(sorted(names)))
"""


def modules_of(program: Path, cache: Path) -> set[str]:
    """List the modules in a program's archive."""
    pythons = sorted((cache / "environments").glob("*-browser-*/bin/python"), key=os.path.getmtime)
    done = subprocess.run(
        [str(pythons[-1]), "-c", LIST, str(program)], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


def test_what_packs_serves_and_commands_stays_at_home(built: Built, cache: Path) -> None:
    modules = modules_of(built("single_file").program, cache)
    ours = {name for name in modules if name.partition(".")[0] == "launcher"}
    assert {"launcher.runtime", "launcher.backend", "launcher.frozen", "launcher.sharing.sharer"} <= ours
    left = {"packager", "doctor", "exporting", "hosting", "cli", "__main__", "start_backend", "start_hosting"}
    assert not {name for name in ours if name.split(".")[1:2] and name.split(".")[1] in left}


def test_nothing_of_our_own_environment_is_frozen(built: Built, cache: Path) -> None:
    modules = modules_of(built("single_file").program, cache)
    tops = {name.partition(".")[0] for name in modules}
    strangers = {
        *("rich", "click", "flask", "werkzeug", "jinja2", "PIL", "resvg_py", "uv", "watchfiles"),
        *("psutil", "pytest", "PyInstaller", "setuptools", "pip", "packaging", "tkinter", "PySide6"),
    }
    assert tops & strangers == set()


def test_the_whole_standard_library_is_there(built: Built, cache: Path) -> None:
    program = built("single_file").program
    modules = modules_of(program, cache)
    expected = ("sqlite3", "unittest.mock", "xmlrpc.client", "curses.panel", "multiprocessing.pool")
    internal = {path.name.partition(".")[0] for path in program.parent.rglob("*.so")}
    base = subprocess.run(
        [sys.executable, "-m", "zipfile", "-l", str(program.parent / "_internal" / "base_library.zip")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in expected:
        assert name in modules or name in internal or name.replace(".", "/") in base, name


VERSION = """
import sys
from flask import Flask

app = Flask(__name__)


@app.route("/")
def index():
    return ".".join(map(str, sys.version_info[:3]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("version", ["3.10", "3.12", "3.13"])
def test_the_player_has_the_project_s_own_python(
    version: str,
    pythons: Callable[[str], str],
    builder: Builder,
    cache: Path,
    place: Path,
    stranger: Stranger,
) -> None:
    python = pythons(version)
    environment = environment_for(f"flask-{version}", ["flask"], cache, python=python)
    project = place / "project"
    project.mkdir()
    (project / "app.py").write_text(VERSION, encoding="utf-8")
    set_up(project)
    build = builder.build(project, place / "dist", "--python", environment)
    with sealed(build.program.parent):
        shown = stranger.start(build.program).visit().ask("/").text
    assert shown.startswith(f"{version}.")
    said = subprocess.run([python, "--version"], capture_output=True, text=True, check=True).stdout
    assert said.split()[1] == shown
