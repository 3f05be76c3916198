"""Machines sleep, and their clocks are set: what a running app answers does not depend on the time of day."""

from __future__ import annotations

import http.client
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launcher import host
from tests.conftest import StartProgram, WriteFiles
from tests.support.asking import DEADLINE, Visitor, answer_of
from tests.support.programs import Program
from tests.support.waiting import until

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="ends programs by POSIX signals")

DAY = 24 * 3600
JUMPS = [DAY, -DAY]
# The wall clock of every Python in the program; the file says by how much it is off.
CLOCK = """
import os, time
_time = time.time

def shifted():
    try:
        with open(os.environ["CLOCK_FILE"]) as file:
            return _time() + float(file.read() or 0)
    except OSError:
        return _time()

time.time = shifted
"""
APP = """
import os, time
from pathlib import Path
from flask import Flask, Response, request
app = Flask(__name__)

def wait_for(name):
    Path(name + "-waits").touch()
    while not Path(name).exists():
        time.sleep(0.02)

@app.route("/")
def index():
    return "hello"

@app.route("/now")
def now():
    return str(time.time())

@app.route("/hold")
def hold():
    wait_for("go")
    return "held"

@app.route("/stream")
def stream():
    def parts():
        for number in range(3):
            yield f"part {number} "
            wait_for(f"go{number}")
    return Response(parts())

@app.route("/large")
def large():
    return "x" * 30_000_000

@app.route("/upload", methods=["POST"])
def upload():
    return str(len(request.get_data()))
"""


@pytest.fixture
def project(write_files: WriteFiles) -> Path:
    return write_files({"app.py": APP})


class Clock:
    """The program's clock, which the test sets."""

    def __init__(self, place: Path) -> None:
        self._place = place
        place.write_text("0")

    def jump(self, seconds: float, visitor: Visitor) -> None:
        """Set it, and wait until the app has seen it and the server has looked at its connections."""
        before = float(visitor.ask("/now").text)
        part = self._place.with_suffix(".part")
        part.write_text(str(seconds))
        part.replace(self._place)
        until(lambda: abs(float(visitor.ask("/now").text) - before) > DAY / 2)
        for _ in range(3):  # each goes once round the server's loop
            assert visitor.ask("/").text == "hello"


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    (tmp_path / "clock").mkdir()
    (tmp_path / "clock" / "sitecustomize.py").write_text(CLOCK)
    return Clock(tmp_path / "clock" / "offset")


@pytest.fixture
def program(start_program: StartProgram, project: Path, clock: Clock, tmp_path: Path) -> Iterator[Program]:
    place = tmp_path / "clock"
    yield start_program(project, env={"PYTHONPATH": str(place), "CLOCK_FILE": str(place / "offset")})


def connect(visitor: Visitor, method: str, path: str, size: int = 0) -> http.client.HTTPConnection:
    """Send the head of a request with the session's cookie."""
    connection = http.client.HTTPConnection("127.0.0.1", visitor.port, timeout=DEADLINE)
    connection.putrequest(method, path)
    connection.putheader("Cookie", "; ".join(f"{name}={value}" for name, value in visitor.cookies.items()))
    if size:
        connection.putheader("Content-Length", str(size))
    connection.endheaders()
    return connection


@pytest.fixture
def connecting() -> Iterator[Callable[..., http.client.HTTPConnection]]:
    """Return `connect`; what it opened is closed at the end."""
    made: list[http.client.HTTPConnection] = []

    def run(*arguments: object) -> http.client.HTTPConnection:
        made.append(connect(*arguments))  # type: ignore[arg-type]
        return made[-1]

    yield run
    for connection in made:
        connection.close()


Connecting = Callable[..., http.client.HTTPConnection]


@pytest.mark.parametrize("jump", JUMPS)
def test_session_and_tickets_outlive_a_jump_of_the_clock(program: Program, clock: Clock, jump: int) -> None:
    visitor = program.visit()
    clock.jump(jump, visitor)
    assert visitor.ask("/").text == "hello"
    assert program.stop(signal.SIGTERM) == 0


@pytest.mark.parametrize("jump", JUMPS)
def test_running_request_outlives_a_jump_of_the_clock(
    program: Program, clock: Clock, project: Path, connecting: Connecting, jump: int
) -> None:
    visitor = program.visit()
    held = connecting(visitor, "GET", "/hold")
    until((project / "go-waits").exists)
    clock.jump(jump, visitor)
    (project / "go").touch()
    assert answer_of(held).text == "held"


@pytest.mark.parametrize("jump", JUMPS)
def test_streaming_answer_outlives_a_jump_of_the_clock(
    program: Program, clock: Clock, project: Path, connecting: Connecting, jump: int
) -> None:
    visitor = program.visit()
    stream = connecting(visitor, "GET", "/stream")
    until((project / "go0-waits").exists)
    clock.jump(jump, visitor)
    for number in range(3):
        (project / f"go{number}").touch()
    assert answer_of(stream).text == "part 0 part 1 part 2 "


@pytest.mark.parametrize("jump", JUMPS)
def test_upload_outlives_a_jump_of_the_clock(
    program: Program, clock: Clock, connecting: Connecting, jump: int
) -> None:
    visitor = program.visit()
    upload = connecting(visitor, "POST", "/upload", 2_000_000)
    upload.send(b"x" * 1_000_000)
    clock.jump(jump, visitor)
    upload.send(b"x" * 1_000_000)
    assert answer_of(upload).text == "2000000"


@pytest.mark.parametrize("jump", JUMPS)
def test_download_that_is_read_slowly_outlives_a_jump_of_the_clock(
    program: Program, clock: Clock, connecting: Connecting, jump: int
) -> None:
    visitor = program.visit()
    download = connecting(visitor, "GET", "/large")
    with download.getresponse() as response:
        begun = response.read(1000)
        clock.jump(jump, visitor)
        assert len(begun + response.read()) == 30_000_000


@pytest.mark.parametrize("jump", JUMPS)
def test_second_start_after_a_jump_of_the_clock_raises_the_first(
    program: Program, clock: Clock, start_program: StartProgram, project: Path, jump: int
) -> None:
    visitor = program.visit()
    clock.jump(jump, visitor)
    second = start_program(project)
    assert second.wait() == 0
    assert program.stop(signal.SIGTERM) == 0


@pytest.mark.parametrize("jump", JUMPS)
def test_program_that_has_nothing_to_do_does_nothing_after_a_jump_of_the_clock(
    program: Program, clock: Clock, jump: int
) -> None:
    clock.jump(jump, program.visit())
    family = program.note_processes()

    def used() -> float:
        return sum(sum(process.cpu_times()[:2]) for process in family)

    begun, begin = time.monotonic(), used()
    until(lambda: time.monotonic() - begun > 3)
    assert (used() - begin) / (time.monotonic() - begun) < 0.3
