"""Paths that Explorer does not unpack."""

from __future__ import annotations

from pathlib import Path

from launcher.packager.platforms import LINUX, WINDOWS, Platform
from launcher.packager.warnings import lengths

THERE = Platform(WINDOWS, "x86_64")


def test_a_long_path_is_told_with_its_length(tmp_path: Path) -> None:
    place = tmp_path / "Quiz" / "layers" / "site" / "a_package" / ("n" * 100) / "module_of_some_length.py"
    place.parent.mkdir(parents=True)
    place.touch()
    path = place.relative_to(tmp_path).as_posix()
    (notice,) = lengths.look(tmp_path / "Quiz", THERE)
    assert notice.detail.startswith(f"{path} has {len(path)} characters")
    assert [*lengths.look(tmp_path / "Quiz", Platform(LINUX, "x86_64"))] == []


def test_usual_paths_are_no_matter(tmp_path: Path) -> None:
    place = tmp_path / "Quiz" / "layers" / "site" / "werkzeug" / "serving.py"
    place.parent.mkdir(parents=True)
    place.touch()
    assert [*lengths.look(tmp_path / "Quiz", THERE)] == []
    assert [*lengths.look(tmp_path / "nothing", THERE)] == []
