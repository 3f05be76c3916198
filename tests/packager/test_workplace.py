"""The folder that a build works in."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from launcher import host
from launcher.errors import BuildError
from launcher.packager.workplace import PREFIX, is_full, work_folder


def test_the_work_folder_lies_in_the_output_and_is_gone_afterwards(tmp_path: Path) -> None:
    output = tmp_path / "made" / "for this"
    with work_folder(output) as work:
        (work / "half").write_text("x", encoding="utf-8")
        assert work.parent == output
    assert os.listdir(output) == []


def test_it_is_gone_after_a_failure_too(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), work_folder(tmp_path):
        raise KeyboardInterrupt
    assert os.listdir(tmp_path) == []


def test_what_a_dead_build_left_is_removed_and_what_a_living_one_uses_stays(tmp_path: Path) -> None:
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    ).stdout.strip()
    (tmp_path / f"{PREFIX}{dead}-abc" / "x").mkdir(parents=True)
    (tmp_path / f"{PREFIX}nonsense").mkdir()
    living = tmp_path / f"{PREFIX}{os.getpid()}-abc"
    living.mkdir()
    with work_folder(tmp_path):
        pass
    assert os.listdir(tmp_path) == [living.name]


def test_a_program_that_a_dead_build_had_moved_aside_comes_back(tmp_path: Path) -> None:
    stale = tmp_path / f"{PREFIX}nonsense"
    for name in ("Quiz.old", "Quiz", "Shop.old", "Shop"):
        (stale / name).mkdir(parents=True)
        (stale / name / name).touch()
    (tmp_path / "Shop").mkdir()
    with work_folder(tmp_path):
        pass
    assert sorted(os.listdir(tmp_path)) == ["Quiz", "Shop"]
    assert os.listdir(tmp_path / "Quiz") == ["Quiz.old"]
    assert os.listdir(tmp_path / "Shop") == [], "what stands there is left alone"


def test_an_output_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(BuildError, match="cannot be written"), work_folder(tmp_path / "file"):
        pass


@pytest.mark.skipif(not host.LINUX, reason="modes are POSIX")
def test_every_user_may_come_in_for_the_proof(tmp_path: Path) -> None:
    with work_folder(tmp_path) as work:
        assert work.stat().st_mode & 0o777 == 0o755


def test_a_full_disk_is_known_however_it_is_told() -> None:
    assert is_full(OSError(errno.ENOSPC, "full"))
    assert is_full(shutil.Error([("a", "b", str(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))))]))
    assert not is_full(PermissionError(errno.EACCES, "no"))
    assert not is_full(shutil.Error([("a", "b", "[Errno 13] Permission denied")]))
