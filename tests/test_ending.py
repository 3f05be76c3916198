"""How a whole program ends, without a window: what is in flight is finished, what is not is cut cleanly."""

from __future__ import annotations

import http.client
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from launcher import host
from tests.conftest import StartProgram, WriteFiles
from tests.support.asking import DEADLINE, Answer, Visitor, answer_of
from tests.support.processes import left_of, with_descendants
from tests.support.waiting import until

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="ends programs by POSIX signals")

SIZE = 50 * 1000 * 1000
APP = """
import os, subprocess, sys, time
from pathlib import Path
from flask import Flask, request
app = Flask(__name__)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])

@app.route("/")
def index():
    return "hello"

@app.route("/slow/<name>", methods=["GET", "POST"])
def slow(name):
    Path(name).touch()
    time.sleep(2)
    return "finished"

@app.route("/stuck", methods=["POST"])
def stuck():
    Path("stuck").touch()
    time.sleep(1000)

@app.route("/upload", methods=["POST"])
def upload():
    part = Path("upload.part")
    with part.open("wb") as file:
        while block := request.stream.read(1 << 20):
            file.write(block)
    part.rename("upload")
    return str(Path("upload").stat().st_size)
"""
ENDINGS = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]


@pytest.fixture
def project(write_files: WriteFiles) -> Path:
    return write_files({"app.py": APP})


class Asking:
    """A request on a thread of its own: its answer, or None where the connection was cut."""

    def __init__(self, ask: Callable[[], Answer]) -> None:
        self.answer: Answer | None = None
        self._thread = threading.Thread(target=self._run, args=(ask,), daemon=True)
        self._thread.start()

    def _run(self, ask: Callable[[], Answer]) -> None:
        try:
            self.answer = ask()
        except (OSError, http.client.HTTPException):
            return

    def text(self) -> str | None:
        """Wait for the end, and return what was answered."""
        self._thread.join(DEADLINE)
        assert not self._thread.is_alive()
        return None if self.answer is None else self.answer.text


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("number", ENDINGS)
def test_request_in_flight_is_answered_and_the_end_is_in_order(
    start_program: StartProgram, project: Path, number: signal.Signals, method: str
) -> None:
    program = start_program(project)
    visitor = program.visit()
    body = b"" if method == "POST" else None
    asking = Asking(lambda: visitor.ask("/slow/begun", method=method, body=body))
    until((project / "begun").exists)
    everyone = program.note_processes()
    assert len(everyone) == 3
    program.process.send_signal(number)
    assert program.wait(10) == 0
    assert asking.text() == "finished"
    assert left_of(everyone) == []


def test_signals_of_a_session_that_ends_cut_nothing(start_program: StartProgram, project: Path) -> None:
    program = start_program(project)
    visitor = program.visit()
    asking = Asking(lambda: visitor.ask("/slow/begun", method="POST", body=b""))
    until((project / "begun").exists)
    for number in (signal.SIGTERM, signal.SIGHUP):
        program.process.send_signal(number)
    assert program.wait(10) == 0
    assert asking.text() == "finished"


def test_second_signal_means_now(start_program: StartProgram, project: Path) -> None:
    program = start_program(project)
    visitor = program.visit()
    asking = Asking(lambda: visitor.ask("/stuck", method="POST", body=b""))
    until((project / "stuck").exists)
    everyone = program.note_processes()
    program.process.send_signal(signal.SIGTERM)
    until(lambda: _refuses(visitor.port), what=lambda: "it accepts no more")
    assert program.process.poll() is None
    program.process.send_signal(signal.SIGTERM)
    assert left_of(everyone) == []
    assert program.wait() == 0
    assert asking.text() is None
    assert "told to end at once" in program.log


def _refuses(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return True
    return False


class Upload:
    """A file on its way to the app, sent as far as the test wants."""

    def __init__(self, visitor: Visitor) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", visitor.port, timeout=DEADLINE)
        self._connection.putrequest("POST", "/upload")
        cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
        for name, value in (("Cookie", cookie), ("Content-Length", str(SIZE))):
            self._connection.putheader(name, value)
        self._connection.endheaders()

    def send(self, size: int) -> None:
        """Send some more of it."""
        for _ in range(size // 1_000_000):
            self._connection.send(b"x" * 1_000_000)

    def answer(self) -> Answer:
        """Read the answer, the last of this connection."""
        try:
            return answer_of(self._connection)
        finally:
            self._connection.close()


def test_upload_in_flight_arrives_whole(start_program: StartProgram, project: Path) -> None:
    program = start_program(project)
    upload = Upload(program.visit())
    upload.send(SIZE // 2)
    program.note_processes()
    program.process.send_signal(signal.SIGTERM)
    until(lambda: not _accepts(program.backend()))
    upload.send(SIZE // 2)
    assert upload.answer().text == str(SIZE)
    assert program.wait(15) == 0
    assert (project / "upload").stat().st_size == SIZE
    assert not (project / "upload.part").exists()


def _accepts(process: psutil.Process) -> bool:
    """Tell whether the process still accepts visitors."""
    return any(one.status == psutil.CONN_LISTEN for one in process.net_connections("inet"))


def test_upload_that_does_not_end_is_cut_and_nothing_half_is_left(
    start_program: StartProgram, project: Path
) -> None:
    program = start_program(project)
    upload = Upload(program.visit())
    upload.send(SIZE // 2)
    everyone = program.note_processes()
    program.process.send_signal(signal.SIGTERM)
    assert program.wait(20) == 0
    assert left_of(everyone) == []
    with pytest.raises((OSError, http.client.HTTPException)):
        upload.answer()
    assert sorted(path.name for path in project.iterdir() if path.suffix != ".py") in ([], ["__pycache__"])
    assert "1 request(s) were still unfinished at the end" in program.log


@pytest.mark.parametrize("victim", ["program", "backend"])
def test_children_end_with_whoever_is_killed(start_program: StartProgram, project: Path, victim: str) -> None:
    program = start_program(project)
    program.visit()
    everyone = program.note_processes()
    assert len(everyone) == 3
    if victim == "program":
        program.process.kill()
    else:
        program.backend().kill()
    assert left_of(everyone) == []
    assert program.wait() == (-signal.SIGKILL if victim == "program" else 6)
    last = {"program": "the program was killed, crashed, or lost its screen: ending", "backend": "ended"}
    assert program.log.splitlines()[-1].endswith(f"launcher: {last[victim]}")


def test_request_in_flight_does_not_keep_the_children_of_a_killed_program(
    start_program: StartProgram, project: Path
) -> None:
    """What is in flight is finished even then, and after that everything is gone."""
    program = start_program(project)
    visitor = program.visit()
    asking = Asking(lambda: visitor.ask("/slow/begun"))
    until((project / "begun").exists)
    everyone = with_descendants(program.process.pid)
    program.note_processes()
    program.process.kill()
    assert asking.text() == "finished"
    assert left_of(everyone) == []
