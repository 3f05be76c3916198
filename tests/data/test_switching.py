"""The old state or the new, wherever a first start or an update is cut short; tried at every single step."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from launcher import host
from launcher.data import home, switching
from launcher.errors import RuntimeFailure
from launcher.paths import AppFolders
from launcher.project.manifest import Manifest
from launcher.project.target import Target

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="forks")

DRIVER = Path(__file__).parents[1] / "support" / "cut_short.py"
SURVIVED = 10  # what failed could be done without
OLD = {"app.py": "1", "gone/old.py": "1", "models": "a file", "settings.ini": "1", "static/a.css": "1"}
NEW = {
    "app.py": "2",
    "models/__init__.py": "2",
    "settings.ini": "2",
    "static/a.css": "2",
    "deep/er/new.py": "2",
}
FULL = 200_000  # bytes of a disk that is too small


def lay(place: Path, files: Mapping[str, str]) -> str:
    """Make an app layer with its listing; the bundle's name is the version."""
    for name, text in files.items():
        target = place / "app" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    (place / home.LISTING).write_text(json.dumps(home.listing_of(place / "app")))
    return str(place / "app")


def settle(layer: str, folders: AppFolders) -> None:
    manifest = Manifest(
        "Quiz", "org.example.quiz", Path(layer).parent.name, Target(None, "app.py", None, ".", "a test")
    )
    home.settle(Path(layer), manifest, folders, lambda text: None)


@pytest.fixture
def scene(tmp_path: Path) -> dict[str, str]:
    """A home of version 1.0 with the user's own things in it, and the layers of two versions."""
    folders = AppFolders(tmp_path / "template")
    folders.make()
    old, new = lay(tmp_path / "1.0", OLD), lay(tmp_path / "2.0", NEW)
    settle(old, folders)
    (folders.home / "settings.ini").write_text("mine")
    (folders.home / "uploads").mkdir()
    (folders.home / "uploads" / "cat.txt").write_text("meow")
    with closing(sqlite3.connect(folders.home / "notes.db")) as connection, connection:
        connection.execute("CREATE TABLE note (text TEXT)")
    return {"template": str(folders.root), "place": str(tmp_path / "data"), "old": old, "new": new}


@pytest.fixture
def first(tmp_path: Path) -> dict[str, str]:
    """An empty folder and the layers of two versions."""
    AppFolders(tmp_path / "template").make()
    old, new = lay(tmp_path / "1.0", OLD), lay(tmp_path / "2.0", NEW)
    return {"template": str(tmp_path / "template"), "place": str(tmp_path / "data"), "old": old, "new": new}


OWN = {"settings.ini": "mine", "uploads/cat.txt": "meow", "notes.db": ""}
BEFORE, AFTER = {**OLD, **OWN}, {**NEW, **OWN}


def cut_short(how: str, scene: Mapping[str, str], tmp_path: Path) -> list[dict[str, Any]]:
    """Cut an update short at every step, and return what was found."""
    file = tmp_path / "scene.json"
    file.write_text(json.dumps(scene))
    done = subprocess.run(
        [sys.executable, str(DRIVER), how, str(file)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) > 40
    assert found[-1]["code"] == 0  # the last one was not interrupted any more
    return found


def test_update_killed_at_any_step_is_the_old_state_or_the_new(scene: dict[str, str], tmp_path: Path) -> None:
    for one in cut_short("kill", scene, tmp_path):
        assert one["is_pending"] or one["after"] in (BEFORE, AFTER), one
        if one["then"] == "new":
            assert (one["next_code"], one["next"], one["version"], one["backups"]) == (0, AFTER, "2.0", 1), (
                one
            )
        elif one["next_code"]:  # the update was complete: the old version is refused
            assert (one["next_code"], one["next"], one["version"]) == (6, AFTER, "2.0"), one
        else:
            assert (one["next"], one["version"], one["backups"]) == (BEFORE, "1.0", 0), one
        assert set(one["left"]) <= {"home", "logs", "private", "set-aside", "web"} | (
            {"update"} if one["then"] == "old" or one["code"] == 0 else set()
        ), one


def test_first_start_killed_at_any_step_is_made_whole_by_the_next(
    first: dict[str, str], tmp_path: Path
) -> None:
    for one in cut_short("kill", first, tmp_path):
        if one["then"] == "new":
            assert (one["next_code"], one["next"], one["version"]) == (0, NEW, "2.0"), one
        elif one["next_code"] == 0:
            assert (one["next"], one["version"]) == (OLD, "1.0"), one
        else:
            assert (one["next"], one["version"]) == (NEW, "2.0"), one


@pytest.mark.parametrize("how", ["full", "fail"])
def test_update_that_fails_at_any_step_leaves_everything_as_it_was(
    scene: dict[str, str], tmp_path: Path, how: str
) -> None:
    for one in cut_short(how, scene, tmp_path):
        if one["code"] in (0, SURVIVED):
            assert one["after"] == AFTER, one
        else:
            assert one["code"] == 6, one
            assert one["after"] in ((BEFORE,) if how == "full" else (BEFORE, AFTER)), one
        if one["then"] == "new":
            assert (one["next_code"], one["next"], one["version"]) == (0, AFTER, "2.0"), one


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk that is soon full."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", f"size={FULL}", "tmpfs", str(place)]
    if not host.is_root() or mount is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("needs the right to mount a disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_update_on_a_full_disk_is_refused_and_the_old_version_is_as_it_was(
    small_disk: Path, tmp_path: Path
) -> None:
    folders = AppFolders(small_disk / "data")
    folders.make()
    old = lay(tmp_path / "1.0", {"app.py": "1"})
    settle(old, folders)
    (folders.home / "mine.txt").write_text("mine")
    with pytest.raises(RuntimeFailure, match="no room left on the disk for Quiz"):
        settle(lay(tmp_path / "2.0", {"app.py": "2", "big.bin": "x" * FULL}), folders)
    assert not switching.place_of(folders).exists()
    settle(old, folders)
    assert sorted(os.listdir(folders.home)) == ["app.py", "mine.txt"]
    assert (folders.home / "app.py").read_text() == "1"


def test_first_start_on_a_full_disk_leaves_nothing(small_disk: Path, tmp_path: Path) -> None:
    folders = AppFolders(small_disk / "data")
    folders.make()
    with pytest.raises(RuntimeFailure, match="no room left on the disk for Quiz"):
        settle(lay(tmp_path / "1.0", {"app.py": "1", "big.bin": "x" * FULL}), folders)
    assert sorted(os.listdir(folders.root)) == ["logs", "private", "web"]
