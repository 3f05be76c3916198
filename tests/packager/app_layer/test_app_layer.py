"""What of a project travels, and what stays behind and why."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from launcher import host
from launcher.errors import BrokenProject, BuildError
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
def test_links_within_the_project_travel_as_what_they_name(write_files: WriteFiles, tmp_path: Path) -> None:
    root = write_files({"app.py": APP, "real.txt": "text", "common/one.css": "1", "static/x": ""})
    (root / "inside.txt").symlink_to("real.txt")
    (root / "static" / "common").symlink_to("../common", target_is_directory=True)
    (root / "round").symlink_to(".", target_is_directory=True)
    (root / "common" / "back").symlink_to("../static", target_is_directory=True)
    (root / "nowhere.txt").symlink_to("gone.txt")
    layer = app_layer.of_project(root, Files())
    assert {"inside.txt", "static/common/one.css", "common/back/x"} <= set(layer.files)
    assert left(layer)["nowhere.txt"] == "a link to what is not there"
    assert left(layer)["round/"] == "a link to a folder that it lies in"
    assert layer.leaving == ()
    layer.lay(tmp_path / "laid")
    for name in ("inside.txt", "static/common/one.css"):
        assert (tmp_path / "laid" / name).is_file()
    assert not [path for path in (tmp_path / "laid").rglob("*") if path.is_symlink()]


@pytest.mark.skipif(host.WINDOWS, reason="links need rights there")
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_link_that_leaves_the_project_is_refused_with_its_target(
    write_files: WriteFiles, tmp_path: Path, kind: str
) -> None:
    root = write_files({"app.py": APP})
    outside = tmp_path / "outside"
    if kind == "file":
        outside.write_text("private", encoding="utf-8")
    else:
        (outside / "below").mkdir(parents=True)
    (root / "leaving").symlink_to(outside)
    layer = app_layer.of_project(root, Files())
    assert layer.files == ("app.py",)
    with pytest.raises(BrokenProject) as caught:
        app_layer.refuse_links(layer)
    assert f"leaving is a link to {outside}" in caught.value.message
    assert "--exclude leaving" in caught.value.todo
    app_layer.refuse_links(app_layer.of_project(root, Files(exclude=("leaving",))))
    app_layer.refuse_links(app_layer.of_project(root, Files(asked_exclude=("leaving",))))


@pytest.mark.skipif(host.WINDOWS, reason="links need rights there")
def test_a_link_that_git_ignores_is_refused_only_when_the_app_follows_it(
    write_files: WriteFiles, tmp_path: Path
) -> None:
    root = write_files({"app.py": APP, ".gitignore": "big\n.venv\n"})
    git(root, "init", "-q")
    (tmp_path / "disk").mkdir()
    (root / "big").symlink_to(tmp_path / "disk")
    (root / ".venv").symlink_to(tmp_path / "disk")
    layer = app_layer.of_project(root, Files())
    assert layer.leaving == ()
    assert (left(layer)["big"], left(layer)[".venv"]) == ("ignored by git", "installed packages")
    assert app_layer.of_project(root, Files(), read=["big/film.mp4"]).leaving[0].path == "big"


def test_of_an_ignored_folder_only_what_is_read_travels(write_files: WriteFiles) -> None:
    names = ["node_modules/x/dist/x.js", "node_modules/x/src/x.ts", "node_modules/y/y.js", "out/a", "out/b"]
    root = write_files({".gitignore": "node_modules/\nout/\n", "app.py": APP, **dict.fromkeys(names, "1")})
    git(root, "init", "-q")
    layer = app_layer.of_project(root, Files(), read=["node_modules/x/dist/x.js", "out/b"])
    assert layer.files == (".gitignore", "app.py", "node_modules/x/dist/x.js", "out/b")
    assert layer.despite == ("node_modules/x/dist/x.js", "out/b")
    assert left(layer)["node_modules/"] == "installed packages, but for 1 file"
    assert left(layer)["out/"] == "ignored by git, but for 1 file"


def test_an_ignored_folder_of_data_travels_whole_when_the_app_reads_of_it(write_files: WriteFiles) -> None:
    names = ["instance/app.db", "instance/more/two.db", "instance/.env", "web/uploads/1.png"]
    root = write_files({".gitignore": "instance/\nuploads/\n", "app.py": APP, **dict.fromkeys(names, "1")})
    git(root, "init", "-q")
    layer = app_layer.of_project(root, Files(), read=["instance/app.db"])
    assert layer.despite == ("instance/app.db", "instance/more/two.db")
    assert left(layer)["instance/.env"] == "secrets"
    assert "web/uploads/1.png" not in layer.files


def test_of_an_ignored_folder_only_what_is_named_travels(write_files: WriteFiles) -> None:
    names = ["out/a.js", "out/b.js", "out/deep/c.db", "venv/pyvenv.cfg", "venv/x.db", "venv/keep.txt"]
    root = write_files({".gitignore": "out/\n", "app.py": APP, **dict.fromkeys(names, "1")})
    git(root, "init", "-q")
    layer = app_layer.of_project(root, Files(include=("out/a.js", "venv/keep.txt"), keep=("*.db",)))
    assert layer.files == (".gitignore", "app.py", "out/a.js", "out/deep/c.db", "venv/keep.txt", "venv/x.db")


def test_a_folder_exists_though_all_that_is_in_it_stays(write_files: WriteFiles, tmp_path: Path) -> None:
    root = write_files(
        {".gitignore": "uploads/*\nlogs/\n", "app.py": APP, "uploads/a.png": "", "logs/old/x.log": ""}
    )
    git(root, "init", "-q")
    layer = app_layer.of_project(root, Files())
    layer.lay(tmp_path / "laid")
    assert (tmp_path / "laid/uploads").is_dir() and (tmp_path / "laid/logs/old").is_dir()
    assert layer.files == (".gitignore", "app.py")


def test_the_command_line_is_asked_before_the_settings(write_files: WriteFiles) -> None:
    root = write_files({"app.py": APP, ".env": "A=1", "films/a.mp4": "", "films/b.mp4": "", "notes.db": ""})
    files = Files(
        include=("notes.db",), exclude=("films",), asked_include=(".env", "films"), asked_exclude=("*.db",)
    )
    layer = app_layer.of_project(root, files)
    assert layer.files == (".env", "app.py", "films/a.mp4", "films/b.mp4")
    assert left(layer) == {"notes.db": "excluded by --exclude"}
    assert layer.secret == ((".env", "secrets"),)


def test_an_example_of_settings_and_a_certificate_are_no_secrets(write_files: WriteFiles) -> None:
    names = {
        ".env.example": "A=",
        "ca.pem": "-----BEGIN CERTIFICATE-----\nMII\n",
        "jwt.key": "-----BEGIN PUBLIC KEY-----\nMII\n",
    }
    root = write_files({"app.py": APP, **names})
    assert set(app_layer.of_project(root, Files()).files) == {"app.py", *names}


def test_what_is_no_secret_travels_when_it_is_read_whatever_its_name(write_files: WriteFiles) -> None:
    root = write_files({"app.py": APP, ".flaskenv": "A=1", ".env": "B=2"})
    layer = app_layer.of_project(root, Files(), read=[".flaskenv", ".env"])
    assert layer.files == (".flaskenv", "app.py")


@pytest.mark.skipif(host.WINDOWS, reason="rights are others there")
@pytest.mark.skipif(host.is_root(), reason="root reads everything")
def test_what_cannot_be_read_stays_and_stops_nothing(write_files: WriteFiles, tmp_path: Path) -> None:
    root = write_files({"app.py": APP, "closed.txt": "", "closed/x": ""})
    (root / "closed.txt").chmod(0)
    (root / "closed").chmod(0)
    try:
        layer = app_layer.of_project(root, Files())
        app_layer.copy_for_rehearsal(root, tmp_path / "copy")
    finally:
        (root / "closed").chmod(0o755)
    assert left(layer) == {"closed.txt": "it cannot be read", "closed/": "it cannot be read"}
    assert os.listdir(tmp_path / "copy") == ["app.py"]


def test_a_file_that_went_away_is_named(write_files: WriteFiles, tmp_path: Path) -> None:
    root = write_files({"app.py": APP, "gone.txt": ""})
    layer = app_layer.of_project(root, Files())
    (root / "gone.txt").unlink()
    with pytest.raises(BuildError, match=r"gone\.txt went away"):
        layer.lay(tmp_path / "laid")
    assert layer.size == len(APP)


def test_a_rehearsal_has_node_modules_only_where_the_app_names_it(
    write_files: WriteFiles, tmp_path: Path
) -> None:
    root = write_files({"app.py": APP, "node_modules/x/x.js": "1"})
    app_layer.copy_for_rehearsal(root, tmp_path / "without")
    assert not (tmp_path / "without/node_modules").exists()
    write_files({"app.py": "app = static('node_modules')\n"})
    app_layer.copy_for_rehearsal(root, tmp_path / "with")
    assert (tmp_path / "with/node_modules/x/x.js").is_file()


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
