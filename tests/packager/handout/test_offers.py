"""Which files of a folder a friend is offered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from launcher.packager.handout import Release, gather, releases
from tests.packager.handout.made import QUIZ, lay, lay_everything


def test_builds_of_several_days_and_systems_give_one_list_in_the_order_of_their_use(tmp_path: Path) -> None:
    lay_everything(tmp_path)
    assert [one.file.removeprefix("Quiz Night-1.4.0-") for one in gather(tmp_path, QUIZ)] == [
        *("windows-x86_64-setup.exe", "windows-x86_64.zip", "macos-arm64.zip", "macos-x86_64.zip"),
        *("linux-x86_64.deb", "linux-x86_64.AppImage", "linux-x86_64.tar.gz"),
    ]
    assert {one.platform.tag for one in gather(tmp_path, QUIZ) if one.tried} == {"linux-x86_64"}


def test_a_folder_alone_is_nothing_to_send(tmp_path: Path) -> None:
    lay(tmp_path, "linux-x86_64")
    (tmp_path / "Quiz Night").mkdir()
    assert gather(tmp_path, QUIZ) == () and releases(tmp_path) == ()


def test_other_programs_and_other_versions_are_not_mixed_in(tmp_path: Path) -> None:
    lay(tmp_path, "linux-x86_64", ".tar.gz")
    lay(tmp_path, "linux-x86_64", ".tar.gz", release=Release("Quiz Night", "1.3.0"))
    lay(tmp_path, "linux-x86_64", ".tar.gz", release=Release("Shop", "1.4.0"))
    assert [one.file for one in gather(tmp_path, QUIZ)] == ["Quiz Night-1.4.0-linux-x86_64.tar.gz"]
    assert [str(one.version) for one in releases(tmp_path)] == ["1.3.0", "1.4.0", "1.4.0"]


def test_what_was_moved_away_since_is_not_offered_and_what_was_changed_is_told(tmp_path: Path) -> None:
    lay(tmp_path, "windows-x86_64", "-setup.exe", ".zip")
    (tmp_path / "Quiz Night-1.4.0-windows-x86_64.zip").unlink()
    setup = tmp_path / "Quiz Night-1.4.0-windows-x86_64-setup.exe"
    (before,) = gather(tmp_path, QUIZ)
    setup.write_bytes(setup.read_bytes() + b"a signature")
    (after,) = gather(tmp_path, QUIZ)
    assert not before.changed and after.changed
    assert before.sha256 != after.sha256 and after.size == setup.stat().st_size


@pytest.mark.parametrize(
    "file",
    ["../other-1.0-linux-x86_64.tar.gz", "/etc/x.tar.gz", "a\nb.tar.gz", "a\\b.tar.gz", 7, None, ["x.deb"]],
)
def test_a_report_that_names_a_file_elsewhere_is_not_followed(tmp_path: Path, file: object) -> None:
    report = lay(tmp_path / "dist", "linux-x86_64", ".tar.gz")
    (tmp_path / "other-1.0-linux-x86_64.tar.gz").write_text("x")
    value = json.loads(report.read_text())
    value["artifacts"] = [{"file": file, "sha256": "0" * 64}]
    report.write_text(json.dumps(value))
    assert gather(tmp_path / "dist", QUIZ) == ()


def test_a_link_is_not_offered(tmp_path: Path) -> None:
    lay(tmp_path, "linux-x86_64", ".tar.gz")
    file = tmp_path / "Quiz Night-1.4.0-linux-x86_64.tar.gz"
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert gather(tmp_path, QUIZ) == ()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"name": 1}', "[" * 100_000, "null"])
def test_a_report_that_is_none_is_left_alone(tmp_path: Path, text: str) -> None:
    lay(tmp_path, "linux-x86_64", ".deb")
    (tmp_path / "a.report.json").write_text(text)
    assert len(gather(tmp_path, QUIZ)) == 1
