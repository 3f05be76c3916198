"""All kinds together, as `launcher check` and a build say them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from launcher import host
from launcher.packager import checking, plan, platforms
from launcher.packager.app_layer import AppLayer
from launcher.packager.warnings import files, machine, requirements
from tests.packager.installed import Installed, plan_of, project_of

APP = "from flask import Flask\nimport shelf\nimport nowhere\napp = Flask(__name__)\n"


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    made = Installed(tmp_path / "environment")
    made.lay("flask", {"flask/__init__.py": ""})
    made.lay("shelf", {"shelf.py": ""})
    return made


def said(project: Path, installed: Installed) -> list[dict[str, str]]:
    options = plan.Options(project=str(project), python=installed.folder)
    found: list[dict[str, str]] = checking.check(options)["warnings"]
    return found


def test_check_names_what_is_missing_undeclared_and_unpinned(tmp_path: Path, installed: Installed) -> None:
    project = project_of(tmp_path / "project", {"app.py": APP, "requirements.txt": "# web\nflask>=1\n"})
    found = {one["title"]: one for one in said(project, installed)}
    assert "app.py, line 3" in found["nowhere is not installed"]["detail"]
    assert "app.py, line 2" in found["shelf is not declared"]["detail"]
    loose = found["Versions are not pinned"]
    assert "requirements.txt, line 2" in loose["detail"] and "flask 1.0" in loose["detail"]
    assert all(one["title"] and one["detail"] and one["todo"] for one in found.values())


@pytest.mark.parametrize(
    ("text", "pinned"),
    [
        ("flask==1.0", True),
        ("flask ==1.0 ; python_version > '3'", True),
        ("flask===1.0", True),
        ("flask @ https://example.org/flask-1.0.tar.gz", True),
        ("flask", False),
        ("flask>=1,<2", False),
        ("flask~=1.0", False),
        ("flask==1.*", False),
    ],
)
def test_a_version_is_pinned_or_not(text: str, pinned: bool, tmp_path: Path, installed: Installed) -> None:
    project = project_of(tmp_path / "project", {"app.py": "from flask import Flask\napp = Flask('a')\n"})
    (project / "requirements.txt").write_text(f"{text}\n", encoding="utf-8")
    assert ("Versions are not pinned" not in [one["title"] for one in said(project, installed)]) is pinned


def test_a_lock_pins_everything(tmp_path: Path, installed: Installed) -> None:
    project = project_of(tmp_path / "project", {"app.py": APP, "requirements.txt": "flask\n", "uv.lock": ""})
    assert "Versions are not pinned" not in [one["title"] for one in said(project, installed)]


def test_a_distribution_that_is_the_app_is_not_asked_for_pins(tmp_path: Path, installed: Installed) -> None:
    from launcher.packager import site

    made = plan_of(project_of(tmp_path / "p", {"app.py": APP, "requirements.txt": "flask"}), installed)
    chosen = site.choose(made)
    packaged = replace(made, distribution=made.installed[0])
    titles = [one.title for one in requirements.look(packaged, chosen, rehearsed=False)]
    assert "Versions are not pinned" not in titles


def test_a_file_of_more_than_100_mb_is_told(tmp_path: Path) -> None:
    with (tmp_path / "model.bin").open("wb") as file:
        file.truncate(123_000_000)  # takes no room on the disk
    (tmp_path / "small.bin").write_bytes(b"small")
    (found,) = files.look(AppLayer(tmp_path, ("model.bin", "small.bin"), (), ()))
    assert found.title == "model.bin has 123 MB"


@pytest.mark.skipif(not host.LINUX, reason="a matter of Linux")
def test_without_a_player_the_machine_s_own_library_is_the_bound() -> None:
    found = list(machine.look(None, platforms.here()))
    assert len(found) <= 1
    assert all("Friends may need glibc" in one.title and one.todo for one in found)
