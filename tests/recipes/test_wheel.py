"""The wheel: what is in it, and that it runs and builds projects with no checkout beside it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launcher import host
from tests.end_to_end.conftest import cache as cache
from tests.support.installing import ROOT, install
from tests.support.running import Running

pytestmark = pytest.mark.end_to_end

SAMPLE = ROOT / "tests" / "samples" / "single_file"
DEADLINE = 500.0  # seconds; a build may freeze a player first
BUNDLED = "launcher/bundled"

Start = Callable[..., Running]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as a release makes it: from the source distribution, with the pinned hatchling."""
    place = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(place), str(ROOT)]
    ended = subprocess.run(
        command, cwd=place, capture_output=True, text=True, encoding="utf-8", timeout=DEADLINE
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    (made,) = place.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a fresh environment that the wheel is installed in."""
    return install(tmp_path_factory.mktemp("installed"), wheel)


@pytest.fixture
def environ(tmp_path: Path, cache: Path) -> dict[str, str]:
    """The environment of somebody who has nothing of ours but the wheel."""
    (tmp_path / "home").mkdir()
    told = {
        "HOME": str(tmp_path / "home"),
        "LAUNCHER_CACHE": str(cache),
        "LAUNCHER_HOME": str(tmp_path / "data"),
        "PATH": os.defpath,
    }
    if host.WINDOWS:
        told |= {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "PATH", "USERPROFILE")}
    return told


@pytest.fixture
def start(tmp_path: Path, environ: dict[str, str]) -> Iterator[Start]:
    """Return a function that starts a program headless, from the root folder."""
    started: list[Running] = []

    def started_one(*command: str | Path) -> Running:
        notes = tmp_path / f"said {len(started)}"
        words = [str(word) for word in command]
        started.append(Running(words, {**environ, "LAUNCHER_HEADLESS": "1"}, notes, None))
        return started[-1]

    yield started_one
    for running in started:
        running.clean_up()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of a sample, in a folder of its own."""
    copy = tmp_path / "Notes"
    shutil.copytree(SAMPLE, copy)
    (copy / "pyproject.toml").write_text('[tool.launcher]\nwebview = "browser"\n', encoding="utf-8")
    return copy


def called(environ: dict[str, str], cwd: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=DEADLINE,
    )


def test_the_wheel_puts_one_package_at_the_top_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    (information,) = (top for top in tops if top.endswith(".dist-info"))
    assert tops == {"launcher", information}
    assert information.startswith("flask_launcher-")
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


def test_the_wheel_carries_what_lies_beside_the_package_in_a_checkout(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        f"{BUNDLED}/app/__init__.py",
        f"{BUNDLED}/app/templates/home.html",
        f"{BUNDLED}/build/player/player.spec",
        f"{BUNDLED}/build/locks/player.txt",
        f"{BUNDLED}/icons/launcher.svg",
        f"{BUNDLED}/pyproject.toml",
        "launcher/py.typed",
    } <= names
    assert not [name for name in names if name.startswith(f"{BUNDLED}/tests")]


def test_the_installed_command_runs_a_project(programs: Path, project: Path, start: Start) -> None:
    running = start(programs / "launcher", "run", project)
    visitor = running.visit()
    assert "<h1>Notes</h1>" in visitor.ask("/").text
    assert visitor.ask("/static/style.css").status == 200
    assert running.stop() == 0
    assert running.stdout.count("\n") == 1


def test_the_installed_command_builds_a_program(
    programs: Path, project: Path, tmp_path: Path, environ: dict[str, str], start: Start
) -> None:
    output = tmp_path / "dist"
    ended = called(environ, tmp_path, programs / "launcher", "build", project, "--output", output, "--json")
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr
    done = json.loads(ended.stdout.splitlines()[-1])
    assert done["event"] == "done"
    shutil.rmtree(project)
    running = start(done["program"])
    assert "<h1>Notes</h1>" in running.visit().ask("/").text
    assert running.stop() == 0


def test_the_installed_command_says_in_one_error_that_there_is_no_app(
    programs: Path, tmp_path: Path, environ: dict[str, str]
) -> None:
    """An empty folder: our own pyproject.toml and app/, which travel along, are not the project."""
    empty = tmp_path / "empty"
    empty.mkdir()
    ended = called(environ, empty, programs / "launcher", "check")
    assert (ended.returncode, ended.stdout) == (3, "")
    assert ended.stderr.startswith(f"Error: There is no Flask or other WSGI app in {empty}")
    assert ended.stderr.count("Error:") == 1 and "Traceback" not in ended.stderr
    assert list(empty.iterdir()) == []


def test_the_installed_command_opens_studio(programs: Path, start: Start) -> None:
    running = start(programs / "launcher", "studio")
    answer = running.visit().ask("/")
    assert answer.status == 200, answer
    assert "<h1>Turn a Flask project into a program</h1>" in answer.text
    assert running.stop() == 0
