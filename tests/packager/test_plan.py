"""The plan: what is decided about a project before anything of it is started."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from launcher import host
from launcher.errors import BrokenProject, ConfigError, LauncherError, SeveralTargets, TargetNotFound
from tests.conftest import WriteFiles
from tests.packager.conftest import Environment, MakePlan

APP = "from flask import Flask\n\napp = Flask(__name__)\n"


def test_a_project_without_settings_is_called_after_its_folder(
    write_files: WriteFiles, make_plan: MakePlan
) -> None:
    made = make_plan(write_files({"app.py": APP}))
    assert made.manifest.name == "small project"
    assert made.manifest.identifier == "local.launcher.small-project"
    assert made.manifest.version == "0.1.0"
    assert made.manifest.target.spec == "app:app"
    assert made.icon is None and made.distribution is None


def test_what_the_project_declares_is_taken_and_our_table_counts_more(
    write_files: WriteFiles, make_plan: MakePlan
) -> None:
    project = '[project]\nname = "tide-table"\nversion = "1.2"\n'
    made = make_plan(write_files({"app.py": APP, "pyproject.toml": project}))
    assert (made.manifest.name, made.manifest.version) == ("tide-table", "1.2")

    settings = (
        '[tool.launcher]\nname = "Tides"\nversion = "2.0"\nidentifier = "org.example.tides"\n'
        'publisher = "Somebody"\nwebview = "browser"\nargs = ["--fast"]\nenv = { B = "2", A = "1" }\n'
        "[tool.launcher.window]\nwidth = 500\nresizable = false\n[tool.launcher.server]\nthreads = 4\n"
    )
    made = make_plan(write_files({"app.py": APP, "pyproject.toml": project + settings}))
    manifest = made.manifest
    assert (manifest.name, manifest.version) == ("Tides", "2.0")
    assert (manifest.identifier, manifest.publisher) == ("org.example.tides", "Somebody")
    assert (manifest.webview, manifest.args) == ("browser", ("--fast",))
    assert manifest.env == (("A", "1"), ("B", "2"))
    assert (manifest.window.width, manifest.window.height) == (500, 720)
    assert manifest.window.resizable is False
    assert manifest.server.threads == 4


def test_a_name_that_was_asked_for_counts_most(write_files: WriteFiles, make_plan: MakePlan) -> None:
    project = write_files({"app.py": APP, "pyproject.toml": '[tool.launcher]\nname = "Tides"\n'})
    assert make_plan(project, name="Ebb & Flow").manifest.name == "Ebb & Flow"


@pytest.mark.parametrize("name", ["", "   ", "a/b", "..", "CON", "x" * 300])
def test_a_bad_name_that_was_asked_for_is_refused_and_not_passed_over(
    write_files: WriteFiles, make_plan: MakePlan, name: str
) -> None:
    with pytest.raises(ConfigError):
        make_plan(write_files({"app.py": APP}), name=name)


def test_a_folder_with_an_impossible_name_gives_a_possible_one(tmp_path: Path, make_plan: MakePlan) -> None:
    project = tmp_path / "con"
    project.mkdir()
    (project / "app.py").write_text(APP, encoding="utf-8")
    assert make_plan(project).manifest.name == "App con"


@pytest.mark.parametrize("version", ["1/2", "", "..", "x" * 100, "1\n2"])
def test_a_version_that_is_no_file_name_is_refused(
    write_files: WriteFiles, make_plan: MakePlan, version: str
) -> None:
    text = f"[tool.launcher]\nversion = {json.dumps(version)}\n"
    project = write_files({"app.py": APP, "pyproject.toml": text})
    with pytest.raises(ConfigError):
        make_plan(project)


@pytest.mark.parametrize("name", ["icon.svg", "icon.png", "static/icon.svg", "static/icon.png"])
def test_a_picture_where_pictures_lie_is_the_icon(
    write_files: WriteFiles, make_plan: MakePlan, name: str
) -> None:
    project = write_files({"app.py": APP, name: "x"})
    assert make_plan(project).icon == project / name


def test_an_icon_that_was_asked_for_must_be_there(write_files: WriteFiles, make_plan: MakePlan) -> None:
    project = write_files({"app.py": APP, "logo.png": "x", "icon.png": "y"})
    assert make_plan(project, icon=project / "logo.png").icon == project / "logo.png"
    with pytest.raises(LauncherError, match=r"nowhere\.png"):
        make_plan(project, icon=project / "nowhere.png")


def test_an_installed_app_is_its_distribution(
    environment: Environment, tmp_path: Path, make_plan: MakePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.install("Quiz-Server", {"quiz/__init__.py": "app = lambda e, s: []\n"}, version="3.1")
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    made = make_plan("quiz:app", environment.python)
    assert made.distribution is not None and made.distribution.key == "quiz-server"
    assert (made.manifest.name, made.manifest.version) == ("Quiz-Server", "3.1")


def test_a_module_that_is_nowhere_is_said(
    environment: Environment, tmp_path: Path, make_plan: MakePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises((BrokenProject, TargetNotFound), match="nowhere"):
        make_plan("nowhere:app", environment.python)


def test_what_cannot_be_decided_is_not(write_files: WriteFiles, make_plan: MakePlan) -> None:
    with pytest.raises(SeveralTargets):
        make_plan(write_files({"quiz.py": APP, "shop.py": APP}))


@pytest.mark.skipif(host.WINDOWS, reason="links need rights there")
@pytest.mark.parametrize("how", ["by its settings", "by a link", "by a link of a usual name"])
def test_a_picture_of_whoever_builds_is_no_icon_of_a_project(
    write_files: WriteFiles, make_plan: MakePlan, tmp_path: Path, how: str
) -> None:
    private = tmp_path / "private.png"
    private.write_bytes(b"\x89PNG")
    name = "icon.png" if how.endswith("name") else "../private.png" if how.endswith("settings") else "own.png"
    settings = "" if how.endswith("name") else f'[tool.launcher]\nicon = "{name}"\n'
    root = write_files({"app.py": APP, "pyproject.toml": settings})
    if not how.endswith("settings"):
        (root / name).symlink_to(private)
    with pytest.raises(LauncherError, match="is not in the project"):
        make_plan(root)
    assert make_plan(root, icon=private).icon == private, "who builds may say so"
