"""What `launcher check` says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from launcher.errors import ConfigError
from launcher.packager import checking, plan
from tests.conftest import WriteFiles
from tests.packager.conftest import Environment

WSGI = "def app(environ, start_response):\n    return []\n"


def test_a_check_tells_what_would_be_packaged_and_why(
    environment: Environment, write_files: WriteFiles, tmp_path: Path
) -> None:
    environment.install("lib", {"lib.py": "x" * 100})
    environment.install("undeclared", {"undeclared.py": ""})
    root = write_files(
        {
            "wsgi.py": f"import lib, undeclared, gone\n{WSGI}",
            "requirements.txt": "lib\n",
            ".env": "KEY=1",
            "large.bin": "x" * 10_000,
            "dist/old.txt": "",
        }
    )
    report = checking.check(plan.Options(project=str(root), python=environment.python), output=root / "dist")
    assert json.loads(json.dumps(report)) == report
    assert set(report) == {
        *("project", "name", "version", "identifier", "icon", "target", "python", "webview"),
        *("distributions", "files", "left_behind", "warnings", "trust", "several_machines"),
    }
    assert report["project"] == str(root)
    assert report["target"]["spec"] == "wsgi:app" and report["target"]["why"]
    assert report["python"]["path"] == str(environment.python)
    assert [one["name"] for one in report["distributions"]] == ["lib", "undeclared"]
    assert report["distributions"][0]["bytes"] >= 100
    assert report["files"]["count"] == 3
    assert report["files"]["largest"][0] == {"path": "large.bin", "bytes": 10_000}
    assert {one["path"] for one in report["left_behind"]} == {".env", "dist/"}
    titles = [one["title"] for one in report["warnings"]]
    assert titles[:2] == ["gone is not installed", "undeclared is not declared"]
    assert "Versions are not pinned" in titles


def test_a_check_runs_nothing_of_the_project(
    environment: Environment, write_files: WriteFiles, tmp_path: Path
) -> None:
    mark = tmp_path / "was-run"
    root = write_files({"wsgi.py": f"open({str(mark)!r}, 'w')\n{WSGI}"})
    checking.check(plan.Options(project=str(root), python=environment.python))
    assert not mark.exists()


def test_a_check_finds_an_icon_that_is_no_picture(environment: Environment, write_files: WriteFiles) -> None:
    root = write_files({"wsgi.py": WSGI, "icon.png": "no picture"})
    with pytest.raises(ConfigError, match=r"icon\.png"):
        checking.check(plan.Options(project=str(root), python=environment.python))


def test_the_command_line_decides_about_files(environment: Environment, write_files: WriteFiles) -> None:
    table = '[tool.launcher]\nwebview = "browser"\n[tool.launcher.files]\nexclude = ["a.txt"]\n'
    root = write_files({"wsgi.py": WSGI, ".env": "A=1", "a.txt": "", "b.txt": "", "pyproject.toml": table})
    options = plan.Options(
        project=str(root), python=environment.python, include=(".env", "a.txt"), exclude=("b.*",)
    )
    report = checking.check(options)
    assert [one["path"] for one in report["left_behind"]] == ["b.txt"]
    assert ".env travels" in [one["title"] for one in report["warnings"]]
    with pytest.raises(ConfigError, match=r"--exclude is the text '\.\./x'"):
        checking.check(plan.Options(project=str(root), exclude=("../x",)))
