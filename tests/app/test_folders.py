"""Choosing a folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from app.folders import FolderError, is_project, list_folder, places, typed_folder


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("app.py", "from flask import Flask", True),
        ("app.py", "import flask", True),
        ("app.py", "print('no')", False),
        ("requirements.txt", "Flask==3.0", True),
        ("pyproject.toml", 'dependencies = ["flask"]', True),
        (".flaskenv", "", True),
        ("README.md", "about flask", False),
    ],
)
def test_flask_projects_are_recognised(
    tmp_path: Path, file: str, text: str, *, expected: bool
) -> None:
    """By what they declare or import, without running anything."""
    (tmp_path / file).write_text(text)
    assert is_project(tmp_path) is expected


def test_installed_packages_are_no_project(tmp_path: Path) -> None:
    """A site-packages folder imports Flask all over."""
    (tmp_path / "flask").mkdir()
    (tmp_path / "flask_thing.py").write_text("import flask")
    assert not is_project(tmp_path)


def test_listing_shows_folders_only(tmp_path: Path, project: Path) -> None:
    """Sorted as people sort, hidden ones left out, projects marked."""
    for name in ("b", "A", ".hidden", "__pycache__"):
        (tmp_path / name).mkdir()
    (tmp_path / "file.txt").write_text("")
    listing = list_folder(tmp_path)
    assert [folder.name for folder in listing.folders] == ["A", "b", "my projects"]
    inner = list_folder(project.parent)
    assert [(folder.name, folder.is_project) for folder in inner.folders] == [("quiz", True)]
    assert inner.crumbs[-1] == ("my projects", str(project.parent))
    assert inner.crumbs[0][1] == project.anchor


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes only there")
def test_name_that_is_no_text_is_counted_not_shown(tmp_path: Path) -> None:
    """It could stand in no page and no address."""
    os.mkdir(os.fsencode(tmp_path) + b"/\xff")
    listing = list_folder(tmp_path)
    assert listing.folders == () and listing.left_out == 1


@pytest.mark.parametrize(
    "form", ["{}", '"{}"', "  {}  ", "'{}'", "{}/", "{}/../quiz", "{}/quiz.py"]
)
def test_path_is_read_as_people_paste_it(project: Path, form: str) -> None:
    """Quotes, spaces, a file in the folder."""
    assert typed_folder(form.format(project), Path.home()) == project


def test_path_from_a_file_manager_is_read(project: Path) -> None:
    """They copy addresses."""
    assert typed_folder(project.as_uri(), Path.home()) == project


def test_home_sign_and_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From where the search stands."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "in").mkdir()
    assert typed_folder("~", Path("/")) == tmp_path
    assert typed_folder("in", tmp_path) == tmp_path / "in"


def test_wrong_path_says_how_far_it_was_right(tmp_path: Path) -> None:
    """The nearest folder that exists is named."""
    with pytest.raises(FolderError, match="nope is not in it"):
        typed_folder(str(tmp_path / "nope" / "deeper"), Path.home())


@pytest.mark.parametrize("typed", ["a\0b", "x" * 300, "~nobody-here/x"])
def test_impossible_path_is_a_sentence(tmp_path: Path, typed: str) -> None:
    """Never a traceback."""
    with pytest.raises(FolderError):
        typed_folder(typed, tmp_path)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may look anywhere")
def test_forbidden_folder_is_a_sentence(tmp_path: Path) -> None:
    """It says that one may not."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    with pytest.raises(FolderError, match="may not look"):
        list_folder(closed)


def test_search_starts_at_home() -> None:
    """The first place is the user's own."""
    assert next(iter(places().values())) == ("Home", Path.home())
