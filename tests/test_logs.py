"""The log keeps its size, loses no line to threads, and never takes the app down."""

from __future__ import annotations

import io
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from launcher import host
from launcher.logs import Log
from tests.support.processes import run_python

MakeLog = Callable[..., Log]


@pytest.fixture
def make_log(tmp_path: Path) -> Iterator[MakeLog]:
    """Return a function that opens the log of one app."""
    made: list[Log] = []

    def make(**options: Any) -> Log:
        made.append(Log(tmp_path / "app.log", **options))
        return made[-1]

    yield make
    for log in made:
        log.close()


def test_log_keeps_its_size_and_the_youngest_lines(make_log: MakeLog, tmp_path: Path) -> None:
    log = make_log(limit=100, kept=2)
    for number in range(100):
        log.write(b"line %04d\n" % number)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["app.log", "app.log.1", "app.log.2"]
    assert all(file.stat().st_size <= 100 for file in files)
    kept = b"".join(file.read_bytes() for file in files[::-1])
    assert kept.splitlines()[-1] == b"line 0099"
    assert kept.splitlines() == [b"line %04d" % n for n in range(100 - kept.count(b"\n"), 100)]


def test_line_longer_than_the_limit_is_written_whole(make_log: MakeLog, tmp_path: Path) -> None:
    log = make_log(limit=10)
    log.write(b"x" * 100)
    log.write(b"y")
    assert (tmp_path / "app.log.1").read_bytes() == b"x" * 100
    assert (tmp_path / "app.log").read_bytes() == b"y"


def test_lines_of_many_threads_stay_whole(make_log: MakeLog, tmp_path: Path) -> None:
    log = make_log(limit=5_000)

    def write(letter: bytes) -> None:
        for _ in range(100):
            log.write(letter * 20 + b"\n")

    threads = [threading.Thread(target=write, args=(bytes([65 + n]),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = b"".join(file.read_bytes() for file in tmp_path.iterdir()).splitlines()
    assert all(re.fullmatch(rb"([A-H])\1{19}", line) for line in lines)


def test_log_is_continued_by_the_next_start(make_log: MakeLog, tmp_path: Path) -> None:
    for text in (b"first\n", b"second\n"):
        make_log().write(text)
    assert (tmp_path / "app.log").read_bytes() == b"first\nsecond\n"


def test_note_carries_the_time(make_log: MakeLog, tmp_path: Path) -> None:
    log = make_log()
    log.note("ü starts \udcff")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d launcher: ü starts \?\n", log.tail())


def test_tail_is_the_end_of_the_log(make_log: MakeLog, tmp_path: Path) -> None:
    log = make_log()
    log.write(b"\xff" + b"x" * 100 + b"the end")
    assert log.tail(7) == "the end"


def test_pipe_is_copied_to_the_log_and_to_a_person(make_log: MakeLog, tmp_path: Path) -> None:
    log, copy = make_log(), io.StringIO()
    reading, writing = os.pipe()
    with open(reading, "rb") as source:
        pump = log.pump(source, copy)
        os.write(writing, b"one\n\xfftwo\nhalf a line")
        os.close(writing)
        pump.join()
    assert (tmp_path / "app.log").read_bytes() == b"one\n\xfftwo\nhalf a line"
    assert copy.getvalue() == "one\n\ufffdtwo\nhalf a line"


def test_closed_terminal_does_not_stop_the_log(make_log: MakeLog, tmp_path: Path) -> None:
    log, copy = make_log(), io.StringIO()
    copy.close()
    reading, writing = os.pipe()
    with open(reading, "rb") as source:
        pump = log.pump(source, copy)
        os.write(writing, b"one\ntwo\n")
        os.close(writing)
        pump.join()
    assert log.tail() == "one\ntwo\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to be had here")
def test_full_disk_loses_the_log_and_not_the_app(make_log: MakeLog, tmp_path: Path) -> None:
    (tmp_path / "app.log").symlink_to("/dev/full")
    log = make_log()
    log.write(b"lost\n")
    log.note("lost too")


@pytest.mark.skipif(host.WINDOWS, reason="closes streams as a POSIX shell does")
def test_streams_exist_where_the_system_gave_none(tmp_path: Path) -> None:
    code = (
        "import os, sys\n"
        "sys.stdin = sys.__stdin__ = sys.stdout = sys.__stdout__ = sys.stderr = sys.__stderr__ = None\n"
        "from launcher.logs import ensure_streams\n"
        "ensure_streams()\n"
        "print('to nobody: \\udcff'); sys.stderr.write('to nobody'); assert sys.stdin.read() == ''\n"
        "sys.__stdout__.write('x')\n"
        f"open({str(tmp_path / 'reached')!r}, 'w').close()\n"
    )
    done = run_python(code, stdin="something")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "reached").exists()


def test_streams_that_exist_are_left_alone() -> None:
    code = "import sys; from launcher.logs import ensure_streams; ensure_streams(); print('here')"
    assert run_python(code).stdout.strip() == "here"
    assert sys.stdout is not None
