"""Trees that were made to take along, to wait for or to start what is no part of the app."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import host
from launcher.errors import BrokenProject, BuildError
from launcher.packager import app_layer
from launcher.packager.app_layer import copying
from launcher.project.config import Files
from tests.conftest import WriteFiles

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="such files are POSIX")

APP = "app = None\n"
PRIVATE = "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """Somebody's home, beside the project."""
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh" / "id_rsa").write_text(PRIVATE, encoding="utf-8")
    (home / "diary.txt").write_text("private", encoding="utf-8")
    return home


def left(layer: app_layer.AppLayer) -> dict[str, str]:
    return {one.path: one.why for one in layer.left}


def laid(layer: app_layer.AppLayer, place: Path) -> dict[str, bytes]:
    """Lay a layer, and return all that is there then."""
    layer.lay(place)
    everything = [path for path in place.rglob("*") if not path.is_dir()]
    assert all(stat.S_ISREG(path.lstat().st_mode) for path in everything)
    return {os.fspath(path.relative_to(place)): path.read_bytes() for path in everything}


# --- links


@pytest.mark.parametrize(
    "target", [".ssh", ".ssh/id_rsa", "diary.txt", "/etc", "/etc/passwd", "/dev/zero", "/"]
)
def test_a_link_out_of_the_project_never_brings_what_it_names(
    write_files: WriteFiles, outside: Path, tmp_path: Path, target: str
) -> None:
    root = write_files({"app.py": APP})
    (root / "notes").symlink_to(outside / target)
    (root / "chain-2").symlink_to("chain-1")
    (root / "chain-1").symlink_to("notes")
    layer = app_layer.of_project(root, Files())
    assert laid(layer, tmp_path / "laid") == {"app.py": APP.encode()}
    told = {*left(layer), *(link.path for link in layer.leaving)}
    assert told == {"notes", "chain-1", "chain-2"}
    if layer.leaving:
        with pytest.raises(BrokenProject, match="which is not in the project"):
            app_layer.refuse_links(layer)


@pytest.mark.parametrize("target", [".env", "keys/id_rsa", "keys/plain-name"])
def test_a_secret_stays_by_whatever_name_a_link_gives_it(
    write_files: WriteFiles, tmp_path: Path, target: str
) -> None:
    secrets = {".env": "TOKEN=1", "keys/id_rsa": "x", "keys/plain-name": PRIVATE}
    root = write_files({"app.py": APP, "static/x.css": "", **secrets})
    (root / "static" / "page.txt").symlink_to(root / target)
    layer = app_layer.of_project(root, Files(), read=["static/page.txt"])
    assert set(laid(layer, tmp_path / "laid")) == {"app.py", "static/x.css"}
    assert "static/page.txt" in left(layer)
    named = app_layer.of_project(root, Files(include=("static/page.txt",)))
    assert [path for path, _ in named.secret] == ["static/page.txt"], "what was asked for is told"


@pytest.mark.parametrize("target", [".git", ".git/hooks", ".ssh", ".git/config"])
def test_what_is_never_part_of_an_app_stays_by_whatever_name(
    write_files: WriteFiles, tmp_path: Path, target: str
) -> None:
    root = write_files({"app.py": APP, ".git/config": "[x]", ".git/hooks/a": "", ".ssh/config": ""})
    (root / "assets").symlink_to(target)
    layer = app_layer.of_project(root, Files())
    assert set(laid(layer, tmp_path / "laid")) == {"app.py"}
    assert len(left(layer)) == 3


def test_links_in_a_ring_are_walked_once(write_files: WriteFiles, tmp_path: Path) -> None:
    root = write_files({"app.py": APP, "a/x": "1", "b/y": "2"})
    (root / "a" / "b").symlink_to("../b")
    (root / "b" / "a").symlink_to("../a")
    (root / "self").symlink_to("self")
    (root / "one").symlink_to("two")
    (root / "two").symlink_to("one")
    layer = app_layer.of_project(root, Files())
    assert {"a/x", "b/y", "a/b/y", "b/a/x"} == {*layer.files} - {"app.py"}
    assert {"self", "one", "two"} <= set(left(layer))
    laid(layer, tmp_path / "laid")


def test_a_hard_link_to_a_key_stays_for_what_it_holds(write_files: WriteFiles, outside: Path) -> None:
    root = write_files({"app.py": APP})
    os.link(outside / ".ssh" / "id_rsa", root / "notes.dat")
    assert left(app_layer.of_project(root, Files())) == {"notes.dat": "a key"}


# --- what is exchanged between the look and the copy


@pytest.mark.parametrize("swap", ["file", "folder", "folder of folders", "chain"])
def test_what_became_a_link_after_the_look_is_not_followed(
    write_files: WriteFiles, outside: Path, tmp_path: Path, swap: str
) -> None:
    root = write_files({"app.py": APP, "pages/inner/diary.txt": "mine"})
    (outside / "inner").mkdir()
    shutil.copy(outside / "diary.txt", outside / "inner")
    layer = app_layer.of_project(root, Files())
    if swap == "file":
        (root / "pages/inner/diary.txt").unlink()
        (root / "pages/inner/diary.txt").symlink_to(outside / "diary.txt")
    elif swap == "folder":
        shutil.rmtree(root / "pages/inner")
        (root / "pages/inner").symlink_to(outside)
    elif swap == "folder of folders":
        shutil.rmtree(root / "pages")
        (root / "pages").symlink_to(outside)
    else:
        (root / "pages/inner/diary.txt").unlink()
        (root / "pages/inner/diary.txt").symlink_to("next")
        (root / "pages/inner/next").symlink_to(outside / "diary.txt")
    with pytest.raises(BuildError, match="became something else"):
        layer.lay(tmp_path / "laid")
    copied = [path for path in (tmp_path / "laid").rglob("*") if path.is_file()]
    assert [path.read_text(encoding="utf-8") for path in copied] == [APP]


@pytest.mark.skipif(not copying.STEPWISE, reason="folders cannot be opened one from the other")
@pytest.mark.parametrize("moment", ["open", "folder"])
def test_what_becomes_a_link_while_it_is_opened_is_not_followed(
    write_files: WriteFiles, outside: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """The exchange comes at the worst moment: when the way has been looked at, before its last step."""
    root = write_files({"app.py": APP, "pages/diary.txt": "mine"})
    real = copying._step

    def late(name: str, flags: int, folder: int) -> int:
        if moment == "folder" and name == "pages":
            shutil.rmtree(root / "pages")
            (root / "pages").symlink_to(outside)
        elif moment == "open" and name == "diary.txt":
            (root / "pages/diary.txt").unlink()
            (root / "pages/diary.txt").symlink_to(outside / "diary.txt")
        return real(name, flags, folder)

    monkeypatch.setattr(copying, "_step", late)
    with pytest.raises(copying.Swapped), copying.opened(root, "pages/diary.txt"):
        pass


@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_what_is_no_file_any_more_is_not_waited_for(
    write_files: WriteFiles, tmp_path: Path, kind: str
) -> None:
    root = write_files({"app.py": APP, "words.txt": "x"})
    layer = app_layer.of_project(root, Files())
    (root / "words.txt").unlink()
    if kind == "pipe":
        os.mkfifo(root / "words.txt")
    else:
        (root / "words.txt").mkdir()
    with pytest.raises(BuildError, match=r"words\.txt became something else"):
        layer.lay(tmp_path / "laid")


def test_rights_that_let_others_act_as_the_author_do_not_travel(
    write_files: WriteFiles, tmp_path: Path
) -> None:
    root = write_files({"app.py": APP, "tool": "x"})
    (root / "tool").chmod(0o6755)
    app_layer.of_project(root, Files()).lay(tmp_path / "laid")
    assert (tmp_path / "laid/tool").stat().st_mode & 0o7777 == 0o755


# --- pipes, sockets, devices


@pytest.fixture
def bound() -> Iterator[Path]:
    """A socket in a short path, which is all that sockets take."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{folder}/socket")
        yield Path(folder, "socket")


def test_what_is_no_file_neither_travels_nor_is_waited_for(
    write_files: WriteFiles, outside: Path, bound: Path, tmp_path: Path
) -> None:
    root = write_files({"app.py": "node_modules", "node_modules/x": "", "static/y": ""})
    os.mkfifo(root / "index.html")
    os.mkfifo(root / "static" / "page.html")
    os.mkfifo(root / "lazy.py")
    os.mkfifo(outside / "pipe")
    (root / "outer").symlink_to(outside / "pipe")
    (root / "socket").symlink_to(bound)
    if host.is_root():
        os.mknod(root / "null", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    layer = app_layer.of_project(root, Files())
    assert set(laid(layer, tmp_path / "laid")) == {"app.py", "static/y"}
    told = {*left(layer), *(link.path for link in layer.leaving)}
    assert {"index.html", "static/page.html", "lazy.py", "outer", "socket"} <= told
    app_layer.copy_for_rehearsal(root, tmp_path / "copy")
    assert not (tmp_path / "copy/index.html").exists()


def test_pages_are_not_looked_for_behind_links(
    write_files: WriteFiles, outside: Path, tmp_path: Path
) -> None:
    root = write_files({"app.py": APP, "node_modules/x": "1"})
    (outside / "page.html").write_text("node_modules", encoding="utf-8")
    (root / "more").symlink_to(outside)
    app_layer.copy_for_rehearsal(root, tmp_path / "copy")
    assert not (tmp_path / "copy/node_modules").exists()


# --- names


@pytest.mark.parametrize(
    "name", [b"line\nbreak.txt", b"bad\xff.txt", b"\x1b[31mred", b"Icon\r", b"in\n/x.txt"]
)
def test_a_name_that_cannot_be_written_down_stays_and_is_told_in_plain_signs(
    write_files: WriteFiles, tmp_path: Path, name: bytes
) -> None:
    root = write_files({"app.py": APP})
    path = os.path.join(os.fsencode(root), name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    try:
        Path(os.fsdecode(path)).write_text("x", encoding="utf-8")
    except OSError:
        pytest.skip("this file system has no such names")
    layer = app_layer.of_project(root, Files(include=("*",)))
    assert set(laid(layer, tmp_path / "laid")) == {"app.py"}
    (told,) = left(layer)
    assert told.isprintable() and told.encode() and left(layer)[told].startswith("its name has signs")


def test_a_tree_deeper_than_any_path_stays_where_it_becomes_too_deep(
    write_files: WriteFiles, tmp_path: Path
) -> None:
    root = write_files({"app.py": APP})
    here = os.open(root, os.O_DIRECTORY)
    for _ in range(30):
        os.mkdir("d" * 200, dir_fd=here)
        below = os.open("d" * 200, os.O_DIRECTORY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    try:
        layer = app_layer.of_project(root, Files())
        assert list(laid(layer, tmp_path / "laid")) == ["app.py"]
        assert list(left(layer).values()) == ["its path is too long"]
    finally:
        subprocess.run(["rm", "-r", root / ("d" * 200)], check=True)


def test_names_that_other_systems_lack_travel_and_stay_in_their_folder(
    write_files: WriteFiles, tmp_path: Path
) -> None:
    names = ["back\\slash.txt", "..\\..\\up.txt", "C:foo", "$(touch x)", "%APPDATA%", "{}", "-rf", "con"]
    names.append("a" * 255)
    root = write_files(dict.fromkeys(["app.py", *names], "x"))
    assert set(laid(app_layer.of_project(root, Files()), tmp_path / "laid")) == {"app.py", *names}


# --- git


def test_a_repository_starts_nothing_when_it_is_only_looked_at(
    write_files: WriteFiles, tmp_path: Path
) -> None:
    if shutil.which("git") is None:
        pytest.skip("there is no git")
    root = write_files({"app.py": APP, ".gitignore": "x.log\n", "x.log": ""})
    mark = tmp_path / "was-run"
    subprocess.run(["git", "-C", root, "init", "-q"], check=True)
    subprocess.run(["git", "-C", root, "add", "."], check=True)
    hook = root / ".git/hooks/post-index-change"
    hook.write_text(f"#!/bin/sh\ntouch {mark}\n", encoding="utf-8")
    hook.chmod(0o755)
    subprocess.run(["git", "-C", root, "config", "core.fsmonitor", f"touch {mark}; false"], check=True)
    subprocess.run(["git", "-C", root, "ls-files", "--others"], check=True, capture_output=True)
    assert mark.exists(), "git by itself starts it"
    mark.unlink()
    found = left(app_layer.of_project(root, Files()))
    assert found == {".git/": "version control", "x.log": "ignored by git"}
    assert not mark.exists()
