"""An update brings the app's new files and keeps every file that the app made or changed."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from launcher import home, host
from launcher.paths import AppFolders

Layers = Callable[[Mapping[str, str]], Path]


@pytest.fixture
def build(tmp_path: Path) -> Layers:
    """Return a function that makes an app layer and its listing, as a build does."""
    count = iter(range(100))

    def make(files: Mapping[str, str]) -> Path:
        layer = tmp_path / f"bundle {next(count)}" / "app"
        layer.mkdir(parents=True)
        for name, text in files.items():
            place = layer / name
            place.parent.mkdir(parents=True, exist_ok=True)
            if name.endswith("/"):
                place.mkdir(exist_ok=True)
            else:
                place.write_text(text)
        listing = json.dumps(home.listing_of(layer))
        (layer.parent / home.LISTING).write_text(listing)
        return layer

    return make


def settle(layer: Path, folders: AppFolders) -> Path:
    return home.settle(layer, layer.parent / home.LISTING, folders)


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


def test_update_cut_short_is_finished_by_the_next_start(build: Layers, folders: AppFolders) -> None:
    place = settle(build({"a.py": "1", "b.py": "1", "notes.db": "seed"}), folders)
    (place / "notes.db").write_text("mine")
    new = build({"a.py": "2", "b.py": "2", "notes.db": "seed 2"})
    # As a kill leaves it: one file done, one half written beside its name, the listing still the old.
    (place / "a.py").write_text("2")
    (place / "b.py.part").write_text("ha")
    settle(new, folders)
    assert contents(place) == {"a.py": "2", "b.py": "2", "notes.db": "mine"}


def test_first_start_cut_short_is_begun_again(build: Layers, folders: AppFolders) -> None:
    half = folders.home.with_name("home.new")
    half.mkdir()
    (half / "app.py").write_text("half")
    assert contents(settle(build({"app.py": "whole"}), folders)) == {"app.py": "whole"}
    assert not half.exists()


def test_first_start_cut_short_after_the_copy_is_finished(build: Layers, folders: AppFolders) -> None:
    layer = build({"app.py": "1"})
    settle(layer, folders)
    (folders.private / home.LISTING).unlink()
    (folders.home / "notes.db").write_text("mine")
    assert contents(settle(layer, folders)) == {"app.py": "1", "notes.db": "mine"}
    assert (folders.private / home.LISTING).is_file()


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
