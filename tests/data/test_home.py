"""An update brings the app's new files and keeps every file that the app made or changed."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from launcher import host
from launcher.data import home
from launcher.errors import RuntimeFailure
from launcher.paths import AppFolders
from launcher.project.manifest import Manifest
from launcher.project.target import Target

Layers = Callable[..., Path]
Notes = list[str]


@pytest.fixture
def build(tmp_path: Path) -> Layers:
    """Return a function that makes an app layer and its listing, as a build does."""
    count = iter(range(100))

    def make(files: Mapping[str, str | bytes]) -> Path:
        layer = tmp_path / f"bundle {next(count)}" / "app"
        layer.mkdir(parents=True)
        for name, content in files.items():
            place = layer / name
            place.parent.mkdir(parents=True, exist_ok=True)
            if name.endswith("/"):
                place.mkdir(exist_ok=True)
            else:
                place.write_bytes(content if isinstance(content, bytes) else content.encode())
        listing = json.dumps(home.listing_of(layer))
        (layer.parent / home.LISTING).write_text(listing)
        return layer

    return make


def settle(
    layer: Path,
    folders: AppFolders,
    version: str = "1.0",
    *,
    keep: tuple[str, ...] = (),
    notes: Notes | None = None,
) -> Path:
    manifest = Manifest(
        "Quiz", "org.example.quiz", version, Target(None, "app.py", None, ".", "a test"), keep=keep
    )
    heard: Notes = [] if notes is None else notes
    return home.settle(layer, manifest, folders, heard.append)


def contents(place: Path) -> dict[str, str]:
    """Return every file below a folder with its text."""
    return {
        path.relative_to(place).as_posix(): path.read_text()
        for path in sorted(place.rglob("*"))
        if path.is_file()
    }


def test_first_start_copies_the_layer(build: Layers, folders: AppFolders) -> None:
    layer = build({"app.py": "1", "static/a.css": "2", "uploads/": "", "data/x/y.txt": "3"})
    place = settle(layer, folders)
    assert place == folders.home
    assert contents(place) == {"app.py": "1", "data/x/y.txt": "3", "static/a.css": "2"}
    assert (place / "uploads").is_dir()


def test_next_start_of_the_same_version_touches_nothing(build: Layers, folders: AppFolders) -> None:
    layer = build({"app.py": "1", "notes.db": "seed"})
    place = settle(layer, folders)
    (place / "notes.db").write_text("mine")
    (place / "app.py").unlink()
    settle(layer, folders)
    assert contents(place) == {"notes.db": "mine"}


def test_update_replaces_code_and_keeps_data(build: Layers, folders: AppFolders) -> None:
    place = settle(build({"app.py": "1", "old.py": "x", "notes.db": "seed", "settings.ini": "a"}), folders)
    (place / "notes.db").write_text("mine")
    (place / "uploads").mkdir()
    (place / "uploads" / "cat.png").write_text("meow")
    settle(build({"app.py": "2", "new.py": "y", "notes.db": "new seed", "settings.ini": "b"}), folders)
    assert contents(place) == {
        "app.py": "2",
        "new.py": "y",
        "notes.db": "mine",
        "settings.ini": "b",
        "uploads/cat.png": "meow",
    }


def test_file_that_the_user_changed_survives_although_it_no_longer_ships(
    build: Layers, folders: AppFolders
) -> None:
    place = settle(build({"app.py": "1", "theme.css": "grey", "extra.css": "x"}), folders)
    (place / "theme.css").write_text("pink")
    settle(build({"app.py": "2"}), folders)
    assert contents(place) == {"app.py": "2", "theme.css": "pink"}


def test_new_file_does_not_overwrite_one_that_the_app_made(build: Layers, folders: AppFolders) -> None:
    place = settle(build({"app.py": "1"}), folders)
    (place / "cache.json").write_text("the app's")
    settle(build({"app.py": "1", "cache.json": "the author's"}), folders)
    assert contents(place)["cache.json"] == "the app's"


def test_kept_file_is_kept_by_the_version_after_the_next_too(build: Layers, folders: AppFolders) -> None:
    place = settle(build({"notes.db": "1"}), folders)
    (place / "notes.db").write_text("mine")
    settle(build({"notes.db": "2"}), folders)
    settle(build({"notes.db": "3"}), folders)
    assert contents(place) == {"notes.db": "mine"}


def test_module_becomes_a_package_and_back(build: Layers, folders: AppFolders) -> None:
    place = settle(build({"models": "a file", "app.py": "1"}), folders)
    settle(build({"models/__init__.py": "a folder", "app.py": "1"}), folders)
    assert contents(place) == {"app.py": "1", "models/__init__.py": "a folder"}
    settle(build({"models": "a file again", "app.py": "1"}), folders)
    assert contents(place) == {"app.py": "1", "models": "a file again"}


def test_folder_that_the_app_made_where_a_file_was_stays(build: Layers, folders: AppFolders) -> None:
    place = settle(build({"data": "a file"}), folders)
    (place / "data").unlink()
    (place / "data").mkdir()
    (place / "data" / "mine.txt").write_text("mine")
    settle(build({"data": "another file", "app.py": "2"}), folders)
    assert contents(place) == {"app.py": "2", "data/mine.txt": "mine"}


@pytest.mark.skipif(host.WINDOWS, reason="Windows has no mode bits")
def test_files_of_a_read_only_bundle_can_be_written_by_the_app(build: Layers, folders: AppFolders) -> None:
    layer = build({"app.py": "1", "tool.sh": "#!/bin/sh"})
    (layer / "app.py").chmod(0o444)
    (layer / "tool.sh").chmod(0o555)
    place = settle(layer, folders)
    assert stat.S_IMODE((place / "app.py").stat().st_mode) == 0o600
    assert os.access(place / "tool.sh", os.X_OK)


def test_listing_names_every_file_once_and_empty_folders(build: Layers) -> None:
    layer = build({"a/b.txt": "x", "empty/": "", "c.txt": ""})
    assert home.listing_of(layer) == {
        "a/b.txt": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
        "c.txt": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "empty": "",
    }


def test_first_start_after_the_state_was_lost_keeps_what_is_there(build: Layers, folders: AppFolders) -> None:
    layer = build({"app.py": "1"})
    settle(layer, folders)
    (folders.private / "home.json").unlink()
    (folders.home / "notes.db").write_text("mine")
    assert contents(settle(layer, folders)) == {"app.py": "1", "notes.db": "mine"}


def test_folder_that_an_update_empties_is_gone(build: Layers, folders: AppFolders) -> None:
    place = settle(build({"app.py": "1", "plugins/old/deep/x.py": "1"}), folders)
    settle(build({"app.py": "1", "plugins/new.py": "1"}), folders, "2.0")
    assert not (place / "plugins" / "old").exists()
    assert contents(place) == {"app.py": "1", "plugins/new.py": "1"}


def test_new_version_of_a_file_that_the_user_changed_is_set_aside_and_the_log_says_so(
    build: Layers, folders: AppFolders
) -> None:
    place = settle(build({"app.py": "1", "a/settings.ini": "1"}), folders)
    (place / "a" / "settings.ini").write_text("mine")
    notes: Notes = []
    settle(build({"app.py": "2", "a/settings.ini": "2"}), folders, "2.0", notes=notes)
    assert contents(place) == {"app.py": "2", "a/settings.ini": "mine"}
    assert contents(folders.root / "set-aside") == {"a/settings.ini": "2"}
    assert notes == [
        "a/settings.ini was changed here and stays; that of version 2.0 is in "
        + str(folders.root / "set-aside")
    ]
    settle(build({"app.py": "3", "a/settings.ini": "3"}), folders, "3.0")
    assert contents(folders.root / "set-aside") == {"a/settings.ini": "3"}


def test_bytecode_of_a_module_that_changed_is_gone(build: Layers, folders: AppFolders) -> None:
    """Two versions may have the same size and, with SOURCE_DATE_EPOCH, the same time."""
    place = settle(build({"app.py": "1", "same.py": "1"}), folders)
    cache = place / "__pycache__"
    cache.mkdir()
    for name in ("app", "same"):
        (cache / f"{name}.cpython-311.pyc").write_text("made by Python")
    settle(build({"app.py": "2", "same.py": "1"}), folders)
    assert [path.name for path in cache.iterdir()] == ["same.cpython-311.pyc"]


def test_bytecode_of_the_new_version_does_not_stand_in_for_a_module_that_the_user_changed(
    build: Layers, folders: AppFolders
) -> None:
    compiled = "__pycache__/app.cpython-311.pyc"
    place = settle(build({"app.py": "1", compiled: "of 1"}), folders)
    (place / "app.py").write_text("mine")
    settle(build({"app.py": "2", compiled: "of 2"}), folders)
    assert contents(place) == {"app.py": "mine"}


class TestSeeds:
    """Data that came with a version is the user's from the first start on."""

    DATABASE = b"SQLite format 3\0 and so on"

    @pytest.mark.parametrize(
        ("name", "content"),
        [("words.db", DATABASE), ("instance/settings.json", b"{}"), ("data/a/b.csv", b"1")],
    )
    def test_seed_is_copied_once(self, build: Layers, folders: AppFolders, name: str, content: bytes) -> None:
        keep = ("data/*",)
        place = settle(build({"app.py": "1", name: content}), folders, keep=keep)
        assert (place / name).read_bytes() == content
        settle(build({"app.py": "2", name: content + b"!"}), folders, "2.0", keep=keep)
        assert (place / name).read_bytes() == content
        settle(build({"app.py": "3"}), folders, "3.0", keep=keep)
        assert (place / name).read_bytes() == content
        (place / name).unlink()
        settle(build({"app.py": "4", name: content}), folders, "4.0", keep=keep)
        assert (place / name).read_bytes() == content  # it comes with a version that the one before had not
        (place / name).unlink()
        settle(build({"app.py": "5", name: content}), folders, "5.0", keep=keep)
        assert not (place / name).exists()

    def test_empty_folders_exist_after_an_update_too(self, build: Layers, folders: AppFolders) -> None:
        place = settle(build({"app.py": "1", "uploads/": ""}), folders)
        (place / "uploads").rmdir()
        settle(build({"app.py": "1", "uploads/": "", "instance/files/": ""}), folders, "2.0")
        assert (place / "uploads").is_dir()
        assert (place / "instance" / "files").is_dir()


class TestAge:
    """Data of a newer version is nothing for an older one."""

    def test_older_version_is_refused_with_a_sentence(self, build: Layers, folders: AppFolders) -> None:
        settle(build({"app.py": "1"}), folders, "1.10")
        before = contents(folders.root)
        with pytest.raises(RuntimeFailure) as caught:
            settle(build({"app.py": "2"}), folders, "1.9")
        assert caught.value.message == (
            "This is Quiz 1.9, but its data was last used by the newer Quiz 1.10."
        )
        assert caught.value.todo == "Start Quiz 1.10 or a later one. Nothing was changed."
        assert contents(folders.root) == before

    def test_same_version_with_other_files_is_an_update(self, build: Layers, folders: AppFolders) -> None:
        settle(build({"app.py": "1"}), folders, "1.0")
        assert contents(settle(build({"app.py": "2"}), folders, "1.0")) == {"app.py": "2"}

    def test_data_that_was_thrown_away_is_no_reason_to_refuse(
        self, build: Layers, folders: AppFolders
    ) -> None:
        shutil.rmtree(settle(build({"app.py": "2"}), folders, "2.0"))
        assert contents(settle(build({"app.py": "1"}), folders, "1.0")) == {"app.py": "1"}


def in_place(asked: bool, version: str = "1.0") -> Manifest:
    target = Target("app", None, "app", ".", "a test")
    return Manifest("App", "org.example.app", version, target, in_place=asked)


def test_an_app_that_asks_for_it_runs_where_it_lies(build: Layers, folders: AppFolders) -> None:
    layer = build({"app.py": "one"})
    root = home.place(layer, in_place(True), folders, lambda line: None)
    assert root == layer and list(folders.home.iterdir()) == []


def test_the_data_that_an_earlier_version_left_in_a_home_is_used_on(
    build: Layers, folders: AppFolders
) -> None:
    first = build({"app.py": "one"})
    root = home.place(first, in_place(False), folders, lambda line: None)
    (root / "notes.db").write_text("written")
    again = home.place(build({"app.py": "two"}), in_place(True), folders, lambda line: None)
    assert again == folders.home
    assert (again / "app.py").read_text() == "two" and (again / "notes.db").read_text() == "written"


def test_what_an_app_in_place_writes_is_kept_and_backed_up_as_well(
    build: Layers, folders: AppFolders
) -> None:
    notes: Notes = []
    home.place(build({"app.py": "one"}), in_place(True), folders, notes.append)
    with closing(sqlite3.connect(folders.home / "notes.db")) as database, database:
        database.execute("CREATE TABLE note (text)")
    home.place(build({"app.py": "two"}), in_place(True, "2.0"), folders, notes.append)
    assert os.listdir(folders.home) == ["notes.db"]
    assert [note for note in notes if note.startswith("backed up the databases of version 1.0")]
    with pytest.raises(RuntimeFailure, match=r"newer App 2\.0"):
        home.place(build({"app.py": "one"}), in_place(True), folders, notes.append)
