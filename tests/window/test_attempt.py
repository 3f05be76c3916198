"""A window that ended the whole program is not tried again at once; one that came is."""

from __future__ import annotations

import os
import signal
import stat
from pathlib import Path

import pytest

from launcher import host
from launcher.window.attempt import FORGOTTEN, NAME, Attempt
from tests.support.processes import run_python

DIES = """
import faulthandler, os, signal, sys, ctypes
from pathlib import Path
from launcher.window.attempt import Attempt
Attempt(Path(sys.argv[1]), "1.0").begin()
"""
ENDS = {
    "a fault": ("faulthandler._sigsegv()\n", "Segmentation fault"),
    "an abort": ("os.abort()\n", "Aborted"),
    "a trap": ("os.kill(os.getpid(), signal.SIGTRAP)\n", "crashed"),
    "an illegal instruction": ("os.kill(os.getpid(), signal.SIGILL)\n", "Illegal instruction"),
}


def died(folder: Path, how: str) -> None:
    """Let a process begin to show a window, and end in the middle of it."""
    done = run_python(DIES + how, folder)
    assert done.returncode != 0, done.stderr


@pytest.mark.skipif(host.WINDOWS, reason="ends by POSIX signals")
@pytest.mark.parametrize("case", ENDS)
def test_window_that_crashed_the_program_is_remembered(tmp_path: Path, case: str) -> None:
    how, said = ENDS[case]
    died(tmp_path, how)
    assert said in Attempt(tmp_path, "1.0").died_before()
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600


@pytest.mark.skipif(host.WINDOWS, reason="ends by POSIX signals")
def test_program_that_was_killed_while_its_window_came_gets_a_second_try(tmp_path: Path) -> None:
    """It may have been its user, or the power; twice in a row it is the window."""
    kill = f"os.kill(os.getpid(), {int(signal.SIGKILL)})\n"
    died(tmp_path, kill)
    assert Attempt(tmp_path, "1.0").died_before() == ""
    died(tmp_path, kill)
    assert Attempt(tmp_path, "1.0").died_before() == "the native window did not come the last 2 times"


def test_library_that_ends_the_process_in_silence_is_found_out_too(tmp_path: Path) -> None:
    for _ in range(2):
        died(tmp_path, "os._exit(1)\n")
    assert Attempt(tmp_path, "1.0").died_before()


def test_window_that_came_leaves_nothing_and_starts_from_nothing(tmp_path: Path) -> None:
    for _ in range(3):
        attempt = Attempt(tmp_path, "1.0")
        assert attempt.died_before() == ""
        attempt.begin()
        attempt.end()
        attempt.end()
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def crashed(tmp_path: Path) -> Path:
    (tmp_path / NAME).write_text("1 1.0\nFatal Python error: Aborted\n\nThread 0x1:\n")
    assert Attempt(tmp_path, "1.0").died_before() == "the native window crashed the last time (Aborted)"
    return tmp_path


def test_update_tries_the_window_again(crashed: Path) -> None:
    assert Attempt(crashed, "1.1").died_before() == ""


def test_crash_of_long_ago_is_forgotten(crashed: Path) -> None:
    then = (crashed / NAME).stat().st_mtime - FORGOTTEN - 60
    os.utime(crashed / NAME, (then, then))
    assert Attempt(crashed, "1.0").died_before() == ""


@pytest.mark.parametrize("left", ["", "\n", "x 1.0\n", "1", "\xff\xfe"])
def test_spoilt_file_keeps_nobody_from_the_window(tmp_path: Path, left: str) -> None:
    (tmp_path / NAME).write_bytes(left.encode("latin-1"))
    attempt = Attempt(tmp_path, "1.0")
    assert attempt.died_before() == ""
    attempt.begin()
    attempt.end()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(host.WINDOWS, reason="takes a folder away as POSIX allows")
def test_folder_that_cannot_be_written_keeps_nobody_from_the_window(tmp_path: Path) -> None:
    attempt = Attempt(tmp_path / "nowhere", "1.0")
    attempt.begin()
    attempt.end()
