"""Running a project from source: what is started for it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PIL import Image

from launcher import paths
from launcher.packager.source import backend_command, launch_of
from launcher.project import manifest
from tests.conftest import WriteFiles
from tests.packager.conftest import Environment, MakePlan

WSGI = "def app(environ, start_response):\n    return []\n"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAUNCHER_CACHE", str(tmp_path / "cache"))


def test_the_backend_runs_in_the_project_s_python_with_its_visitors(
    environment: Environment, write_files: WriteFiles, make_plan: MakePlan
) -> None:
    made = make_plan(write_files({"wsgi.py": WSGI}), environment.python)
    command = backend_command(made.interpreter)
    assert Path(command[0]) == environment.python
    assert Path(command[1]) == paths.PACKAGE / "start_backend.py"
    assert [word.partition("=")[0] for word in command[3:]] == ["launcher", "waitress", "segno", "ifaddr"]


def test_a_launch_is_in_place_with_what_was_asked_for(
    write_files: WriteFiles, make_plan: MakePlan, tmp_path: Path
) -> None:
    root = write_files({"wsgi.py": WSGI})
    made = make_plan(root)
    launch = launch_of(made, tmp_path, port=20001, threads=3, browser=True, arguments=("--fast",))
    assert (launch.root, launch.settle, launch.sites) == (root, False, ())
    assert (launch.port, launch.threads, launch.browser) == (20001, 3, True)
    assert launch.arguments == ("--fast",) and launch.watch is None
    assert manifest.load(launch.manifest) == made.manifest


def test_the_icon_is_drawn_once_and_again_when_the_picture_changes(
    write_files: WriteFiles, make_plan: MakePlan, tmp_path: Path
) -> None:
    root = write_files({"wsgi.py": WSGI})
    first = launch_of(make_plan(root), tmp_path).icon
    again = launch_of(make_plan(root), tmp_path).icon
    assert first is not None and first == again
    Image.new("RGB", (16, 16)).save(root / "icon.png")
    assert launch_of(make_plan(root), tmp_path).icon != first


def test_a_watched_project_has_a_watcher(
    write_files: WriteFiles, make_plan: MakePlan, tmp_path: Path
) -> None:
    made = make_plan(write_files({"wsgi.py": WSGI}), Path(sys.executable))
    assert launch_of(made, tmp_path, reload=True).watch is not None
