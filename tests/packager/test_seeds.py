"""Data that the project ships as a start travels, and its patterns with it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from launcher.packager import app_layer, plan
from launcher.project import manifest
from launcher.project.config import Files
from tests.conftest import WriteFiles

SETTINGS = '[tool.launcher]\nwebview = "browser"\nfiles.keep = ["data/*.csv", "*.db"]\n'


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_data_to_keep_travels_although_git_ignores_it(write_files: WriteFiles) -> None:
    project = write_files({".gitignore": "data/\n*.db\n", "app.py": "", "words.db": "", "data/a.csv": ""})
    subprocess.run(["git", "init", "-q", str(project)], check=True)
    assert app_layer.of_project(project, Files()).files == (".gitignore", "app.py")
    kept = app_layer.of_project(project, Files(keep=("data/*.csv", "*.db"))).files
    assert kept == (".gitignore", "app.py", "data/a.csv", "words.db")


def test_patterns_are_in_the_manifest(write_files: WriteFiles, tmp_path: Path) -> None:
    project = write_files(
        {"app.py": "from flask import Flask\napp = Flask(__name__)\n", "pyproject.toml": SETTINGS}
    )
    made = plan.make(plan.Options(project=str(project)))
    made.manifest.save(tmp_path / "launcher.json")
    assert manifest.load(tmp_path / "launcher.json").keep == ("data/*.csv", "*.db")
