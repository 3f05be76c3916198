"""What of a project travels, and what stays behind and why."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from launcher import host
from launcher.packager import app_layer
from launcher.project.config import Files
from tests.conftest import WriteFiles

APP = "app = None\n"


def left(layer: app_layer.AppLayer) -> dict[str, str]:
    return {one.path: one.why for one in layer.left}


def git(root: Path, *words: str) -> None:
    if shutil.which("git") is None:
        pytest.skip("there is no git")
    subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True)


def test_everything_of_a_project_travels_as_it_is(write_files: WriteFiles) -> None:
    names = ["app.py", "templates/index.html", "static/größe 1.css", "data/.keep", "ünï/日本.txt", "Makefile"]
    root = write_files(dict.fromkeys(names, "text"))
    layer = app_layer.of_project(root, Files())
    assert sorted(layer.files) == sorted(names)
    assert layer.left == ()
    assert layer.size == 4 * len(names)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (".git/config", "version control"),
        ("__pycache__/app.cpython-311.pyc", "cache"),
        ("node_modules/left-pad/index.js", "installed packages"),
        (".venv/bin/python", "installed packages"),
        ("quiz.egg-info/PKG-INFO", "left by an installer"),
        (".ssh/config", "credentials"),
    ],
)
def test_a_folder_that_is_no_part_of_the_app_stays(write_files: WriteFiles, name: str, why: str) -> None:
    root = write_files({"app.py": APP, name: "x"})
    layer = app_layer.of_project(root, Files())
    assert layer.files == ("app.py",)
    assert left(layer) == {f"{name.partition('/')[0]}/": why}


@pytest.mark.parametrize(
    "name", [".env", ".env.production", "server.key", "tls/cert.pem", "id_rsa", ".netrc"]
)
def test_a_secret_stays(write_files: WriteFiles, name: str) -> None:
    root = write_files({"app.py": APP, name: "secret"})
    layer = app_layer.of_project(root, Files())
    assert layer.files == ("app.py",)
    assert list(left(layer)) == [name]


def test_an_environment_of_any_name_stays(write_files: WriteFiles) -> None:
    root = write_files({"app.py": APP, "my-env/pyvenv.cfg": "home = /usr/bin", "my-env/lib/x.py": ""})
    layer = app_layer.of_project(root, Files())
    assert left(layer) == {"my-env/": "a virtual environment"}


def test_what_git_ignores_stays_unless_the_app_reads_it(write_files: WriteFiles) -> None:
    root = write_files(
        {".gitignore": "*.log\ncache/\nwords.db\n", "app.py": APP, "a.log": "", "cache/x": "", "words.db": ""}
    )
    git(root, "init", "-q")
    layer = app_layer.of_project(root, Files(), read=["words.db", "app.py"])
    assert sorted(layer.files) == [".gitignore", "app.py", "words.db"]
    assert left(layer) == {".git/": "version control", "a.log": "ignored by git", "cache/": "ignored by git"}


def test_a_file_that_was_read_travels_though_git_ignores_its_folder(write_files: WriteFiles) -> None:
    root = write_files({".gitignore": "data/\n", "app.py": APP, "data/used.csv": "1"})
    git(root, "init", "-q")
    layer = app_layer.of_project(root, Files(), read=["data/used.csv"])
    assert "data/used.csv" in layer.files


def test_what_is_included_travels_whatever_else_is_said(write_files: WriteFiles) -> None:
    root = write_files(
        {".gitignore": "out/\n", "app.py": APP, "demo.key": "public", "out/a.js": "", "out/b.js": ""}
    )
    git(root, "init", "-q")
    layer = app_layer.of_project(root, Files(include=("demo.key", "out/a.js")))
    assert "demo.key" in layer.files and "out/a.js" in layer.files


@pytest.mark.parametrize("pattern", ["films", "films/", "films/*", "*.mp4"])
def test_what_is_excluded_stays(write_files: WriteFiles, pattern: str) -> None:
    root = write_files({"app.py": APP, "films/long.mp4": "x"})
    layer = app_layer.of_project(root, Files(exclude=(pattern,)))
    assert layer.files == ("app.py",)
    assert set(left(layer).values()) == {"excluded in [tool.launcher.files]"}


def test_an_empty_folder_travels(write_files: WriteFiles, tmp_path: Path) -> None:
    root = write_files({"app.py": APP})
    (root / "uploads" / "pictures").mkdir(parents=True)
    layer = app_layer.of_project(root, Files())
    layer.lay(tmp_path / "laid")
    assert (tmp_path / "laid" / "uploads" / "pictures").is_dir()


@pytest.mark.skipif(host.WINDOWS, reason="links need rights there")
def test_a_link_travels_as_what_it_names_when_that_is_in_the_project(
    write_files: WriteFiles, tmp_path: Path
) -> None:
    root = write_files({"app.py": APP, "real.txt": "text"})
    (tmp_path / "outside.txt").write_text("private", encoding="utf-8")
    (root / "inside.txt").symlink_to("real.txt")
    (root / "leaving.txt").symlink_to(tmp_path / "outside.txt")
    (root / "nowhere.txt").symlink_to("gone.txt")
    (root / "round").symlink_to(".", target_is_directory=True)
    layer = app_layer.of_project(root, Files())
    assert sorted(layer.files) == ["app.py", "inside.txt", "real.txt"]
    assert sorted(left(layer)) == ["leaving.txt", "nowhere.txt", "round/"]
    layer.lay(tmp_path / "laid")
    assert (tmp_path / "laid" / "inside.txt").read_text(encoding="utf-8") == "text"
    assert not (tmp_path / "laid" / "inside.txt").is_symlink()


@pytest.mark.skipif(host.WINDOWS, reason="no such files there")
def test_a_pipe_neither_travels_nor_stops_anything(write_files: WriteFiles, tmp_path: Path) -> None:
    root = write_files({"app.py": APP})
    os.mkfifo(root / "pipe")
    layer = app_layer.of_project(root, Files())
    assert left(layer) == {"pipe": "neither a file nor a folder"}
    app_layer.copy_for_rehearsal(root, tmp_path / "copy")
    assert os.listdir(tmp_path / "copy") == ["app.py"]


def test_results_and_work_of_builds_stay(write_files: WriteFiles, tmp_path: Path) -> None:
    packed = f"quiz-1.0-{host.tag()}.tar.gz"
    root = write_files(
        {
            "app.py": APP,
            "output/quiz/x": "",
            "quiz/layers/launcher.json": "{}",
            ".launcher-build-1-abc/x": "",
            packed: "",
        }
    )
    layer = app_layer.of_project(root, Files(), output=root / "output")
    assert layer.files == ("app.py",)
    assert set(left(layer)) == {".launcher-build-1-abc/", "output/", "quiz/", packed}
    app_layer.copy_for_rehearsal(root, tmp_path / "copy", output=root / "output")
    assert sorted(os.listdir(tmp_path / "copy")) == sorted(["app.py", packed])


def test_laying_keeps_times_and_rights(write_files: WriteFiles, tmp_path: Path) -> None:
    root = write_files({"run.sh": "echo", "page.html": "x"})
    (root / "run.sh").chmod(0o755)
    os.utime(root / "page.html", (1_000_000_000, 1_000_000_000))
    app_layer.of_project(root, Files()).lay(tmp_path / "laid")
    assert (tmp_path / "laid" / "page.html").stat().st_mtime == 1_000_000_000
    if not host.WINDOWS:
        assert (tmp_path / "laid" / "run.sh").stat().st_mode & 0o777 == 0o755


def test_a_rehearsal_has_what_its_author_has_and_no_more(write_files: WriteFiles, tmp_path: Path) -> None:
    root = write_files(
        {
            "app.py": APP,
            ".env": "KEY=1",
            "notes.db": "",
            ".git/config": "",
            ".venv/pyvenv.cfg": "",
            "dist/x": "",
        }
    )
    app_layer.copy_for_rehearsal(root, tmp_path / "copy", output=root / "dist")
    assert sorted(os.listdir(tmp_path / "copy")) == [".env", "app.py", "notes.db"]


def test_a_project_inside_somebody_else_s_repository_is_read_the_same(write_files: WriteFiles) -> None:
    root = write_files(
        {"app.py": APP, "below/.gitignore": "secret.txt\n", "below/app.py": APP, "below/secret.txt": ""}
    )
    git(root, "init", "-q")
    layer = app_layer.of_project(root / "below", Files())
    assert sorted(layer.files) == [".gitignore", "app.py"]


def test_a_repository_that_git_refuses_counts_as_none(write_files: WriteFiles) -> None:
    root = write_files({"app.py": APP, ".git": "gitdir: /nowhere\n", ".gitignore": "x.txt\n", "x.txt": ""})
    assert "x.txt" in app_layer.of_project(root, Files()).files
