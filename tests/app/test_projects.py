"""The list of opened projects."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.projects import KEPT_PROJECTS, Projects


@pytest.fixture
def kept(tmp_path: Path) -> Projects:
    """A list in a folder that does not exist yet."""
    return Projects(tmp_path / "instance" / "projects.json")


def test_opened_project_is_first_and_survives_a_restart(kept: Projects, tmp_path: Path) -> None:
    """The latest first, each once."""
    for name in ("a", "b", "a"):
        kept.open(tmp_path / name)
    again = Projects(tmp_path / "instance" / "projects.json")
    assert [project.name for project in again.all()] == ["a", "b"]


def test_what_is_known_of_a_project_survives_opening_it_again(
    kept: Projects, tmp_path: Path
) -> None:
    """Its name, the chosen app and the last build stay."""
    key = kept.open(tmp_path / "a").key
    kept.rename(key, "Quiz Night")
    kept.choose(key, "quiz:app")
    kept.built(key, "/p/dist/Quiz")
    project = kept.open(tmp_path / "a")
    assert (project.name, project.target, project.program) == (
        "Quiz Night", "quiz:app", "/p/dist/Quiz",
    )  # fmt: skip
    assert project.choice() == {"FLASK_APP": "quiz:app"}


def test_forgotten_project_is_gone_from_the_list_only(kept: Projects, tmp_path: Path) -> None:
    """The folder is left alone."""
    folder = tmp_path / "a"
    folder.mkdir()
    kept.forget(kept.open(folder).key)
    assert kept.all() == [] and folder.is_dir()


def test_list_does_not_grow_for_ever(kept: Projects, tmp_path: Path) -> None:
    """The oldest go."""
    for number in range(KEPT_PROJECTS + 3):
        kept.open(tmp_path / str(number))
    assert len(kept.all()) == KEPT_PROJECTS


@pytest.mark.parametrize("text", ["", "{", "[]", '{"projects": 3}', "\x00", "[" * 100_000])
def test_damaged_file_is_set_aside(kept: Projects, tmp_path: Path, text: str) -> None:
    """Studio starts with an empty list and keeps the old text."""
    file = tmp_path / "instance" / "projects.json"
    file.parent.mkdir()
    file.write_text(text)
    assert kept.all() == []
    assert file.with_suffix(".unreadable").read_text() == text
    kept.open(tmp_path)
    assert len(kept.all()) == 1


def test_damaged_entry_is_left_out(kept: Projects, tmp_path: Path) -> None:
    """The others stay."""
    kept.open(tmp_path / "a")
    file = tmp_path / "instance" / "projects.json"
    text = file.read_text().replace('"projects": [', '"projects": [{"key": 3}, null,')
    file.write_text(text)
    assert [project.name for project in kept.all()] == ["a"]


def test_writing_leaves_no_half_file(kept: Projects, tmp_path: Path) -> None:
    """Only the file itself is in the folder afterwards."""
    kept.open(tmp_path)
    assert [file.name for file in (tmp_path / "instance").iterdir()] == ["projects.json"]
