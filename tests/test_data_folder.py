"""The app's own folder, as strangers' machines have it: full, read-only, of any name, or nowhere."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launcher import host
from tests.conftest import StartProgram, WriteFiles
from tests.support.processes import left_of
from tests.support.programs import Program
from tests.support.waiting import until

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="ends programs by POSIX signals")

APP = """
from flask import Flask, session
app = Flask(__name__)

@app.route("/")
def index():
    session["n"] = session.get("n", 0) + 1
    print("x" * 1000)
    return "hello"
"""
Mount = Callable[..., Path]


@pytest.fixture
def project(write_files: WriteFiles) -> Path:
    return write_files({"app.py": APP})


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Mount]:
    """Return a function that mounts a small disk with some options."""
    if not host.LINUX or not host.is_root():
        pytest.skip("only root mounts disks")
    place = tmp_path / "disk"
    place.mkdir()

    def mount(options: str) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("this machine lets nobody mount a tmpfs")
        return place

    yield mount
    subprocess.run(["umount", str(place)], check=False, capture_output=True)


def fill(place: Path) -> Path:
    """Leave no byte of a disk free, and return what has to go to make room again."""
    filler = place / "films.bin"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return filler


def assert_said(program: Program, *words: str) -> None:
    """See that a program ended in order and said why, in words for people."""
    family = program.note_processes()
    assert program.wait() == 6, program.stderr
    for word in words:
        assert word in program.stderr
    assert "Traceback" not in program.stderr
    assert program.stdout == ""
    assert left_of(family) == []


def assert_works(program: Program) -> None:
    """See that a program serves its app and ends."""
    visitor = program.visit()
    assert [visitor.ask("/").text for _ in range(3)] == ["hello"] * 3
    assert program.stop(signal.SIGTERM) == 0


def test_disk_that_can_only_be_read_is_said(start_program: StartProgram, project: Path, disk: Mount) -> None:
    place = disk("ro")
    assert_said(
        start_program(project, home=place / "data"), str(place / "data"), "Read-only", "LAUNCHER_HOME"
    )


@pytest.mark.parametrize("used_before", [False, True])
def test_disk_without_any_room_is_said_and_works_again_when_there_is_some(
    start_program: StartProgram, project: Path, disk: Mount, used_before: bool
) -> None:
    place = disk("size=256k")
    if used_before:
        assert_works(start_program(project, home=place / "data"))
    filler = fill(place)
    assert_said(start_program(project, home=place / "data"), "No space left", "Make room")
    filler.unlink()
    assert_works(start_program(project, home=place / "data"))


def test_disk_that_fills_up_while_the_app_runs_costs_the_log_alone(
    start_program: StartProgram, project: Path, disk: Mount
) -> None:
    place = disk("size=256k")
    program = start_program(project, home=place / "data")
    visitor = program.visit()
    filler = fill(place)
    assert [visitor.ask("/").text for _ in range(20)] == ["hello"] * 20
    filler.unlink()
    assert program.stop(signal.SIGTERM) == 0


NAMES = {
    "spaces": "my data  of 2026",
    "accents": "é ü ñ",
    "other letters": "用户 Ångström",
    "signs": "a'b\"c&d;e$f%g#h?i",
    "long": "/".join(["a long name of a folder"] * 9),
}


@pytest.mark.parametrize("case", NAMES)
def test_folder_of_any_name_does(
    start_program: StartProgram, project: Path, tmp_path: Path, case: str
) -> None:
    home = tmp_path / NAMES[case]
    program = start_program(project, home=home)
    assert_works(program)
    assert start_program(project, home=home).visit().ask("/").text == "hello"
    assert case != "long" or len(str(home)) > 200


def test_name_that_is_too_long_for_the_disk_is_said(
    start_program: StartProgram, project: Path, tmp_path: Path
) -> None:
    assert_said(start_program(project, home=tmp_path / ("n" * 300)), "File name too long", "LAUNCHER_HOME")


def test_home_that_does_not_exist_yet_is_made(
    start_program: StartProgram, project: Path, tmp_path: Path
) -> None:
    env = {"HOME": str(tmp_path / "of" / "nobody"), "LAUNCHER_HOME": "", "XDG_DATA_HOME": ""}
    program = start_program(project, env=env)
    assert program.visit().ask("/").text == "hello"
    assert program.stop(signal.SIGTERM) == 0


@pytest.mark.parametrize("home", ["/dev/null/home", "/proc/home"])
def test_home_that_cannot_be_made_is_said(start_program: StartProgram, project: Path, home: str) -> None:
    """System accounts have homes of this kind, and so have some containers."""
    env = {"HOME": home, "LAUNCHER_HOME": "", "XDG_DATA_HOME": ""}
    assert_said(start_program(project, env=env), "cannot write in its folder", "LAUNCHER_HOME")


def test_folder_that_was_removed_while_the_app_runs_keeps_nobody_from_the_app(
    start_program: StartProgram, project: Path, tmp_path: Path
) -> None:
    program = start_program(project)
    visitor = program.visit()
    os.rename(program.folders.root, tmp_path / "elsewhere")
    assert visitor.ask("/").text == "hello"
    assert program.stop(signal.SIGTERM) == 0
    again = start_program(project)
    until(lambda: again.visit().ask("/").text == "hello")
