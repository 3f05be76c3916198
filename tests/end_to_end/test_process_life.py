"""A packaged program from its start to its end: what is handed over, finished and kept to itself."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import host
from launcher.serving import single
from tests.end_to_end.builds import Builder, set_up
from tests.end_to_end.frozen import Stranger, open_folder
from tests.support.asking import Visitor
from tests.support.files import write_into
from tests.support.processes import left_of
from tests.support.running import Running
from tests.support.waiting import until

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.skipif(host.WINDOWS, reason="ends programs by POSIX signals"),
]

APP = """
import os, subprocess, sys, time
from pathlib import Path
from flask import Flask, jsonify
app = Flask(__name__)
if "--broken" in sys.argv:
    raise ValueError("postgresql://ann:planted@db.example/x")
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])

@app.route("/")
def index():
    return "hello"

@app.route("/arguments")
def arguments():
    return jsonify(sys.argv[1:])

@app.route("/save", methods=["POST"])
def save():
    Path("begun").touch()
    time.sleep(2)
    Path("saved").touch()
    return "saved"
"""


@pytest.fixture(scope="module")
def program(builder: Builder) -> Iterator[Path]:
    """The app, packaged."""
    with open_folder() as folder:
        project = write_into(folder / "lives", {"app.py": APP})
        set_up(project)
        yield builder.build(project, folder / "dist").program


def data_of(stranger: Stranger) -> Path:
    """Return the folder that holds all that the program writes."""
    return stranger.home / "data"


def start(stranger: Stranger, program: Path, *arguments: str) -> Running:
    """Start the program with its data where the test finds them."""
    return stranger.start(program, *arguments, env={"LAUNCHER_HOME": str(data_of(stranger))})


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_what_is_being_saved_at_the_end_is_saved(program: Path, stranger: Stranger, number: int) -> None:
    running = start(stranger, program)
    visitor = running.visit()
    answers: list[str] = []
    asking = threading.Thread(
        target=lambda: answers.append(visitor.ask("/save", method="POST", body=b"").text)
    )
    asking.start()
    begun = data_of(stranger) / "home" / "begun"
    until(begun.exists)
    assert running.stop(number) == 0
    asking.join(60)
    assert answers == ["saved"]


@pytest.mark.parametrize("victim", ["program", "backend"])
def test_killed_program_leaves_no_process_and_holds_no_start_up(
    program: Path, stranger: Stranger, victim: str
) -> None:
    running = start(stranger, program)
    running.visit()
    everyone = running.note_processes()
    assert len(everyone) == 3
    (everyone[0] if victim == "program" else everyone[1]).kill()
    assert left_of(everyone) == []
    again = start(stranger, program)
    assert again.visit().ask("/").text == "hello"
    assert again.stop() == 0


def test_program_starts_again_with_what_a_second_start_hands_over(
    program: Path, stranger: Stranger, place: Path
) -> None:
    running = start(stranger, program, "--blue")
    assert json.loads(running.visit().ask("/arguments").text) == ["--blue"]
    document = str(place / "größe 用户.txt")
    assert single.raise_first(data_of(stranger) / "private", [document])
    entry = until(lambda: lines[1] if len(lines := running.stdout.splitlines()) == 2 else "")
    assert json.loads(Visitor(entry).ask("/arguments").text) == [document]
    assert running.stop() == 0


def test_way_in_and_session_are_seen_by_no_other_user_and_kept_by_no_file(
    program: Path, stranger: Stranger
) -> None:
    running = start(stranger, program)
    visitor = running.visit()
    secrets = [running.entry().rpartition("?")[2], visitor.cookies[f"app_{visitor.port}"]]
    assert [len(secret) for secret in secrets] == [43, 43]
    places = [" ".join([*one.cmdline(), *one.environ().values()]) for one in running.note_processes()]
    assert running.stop() == 0
    for path in data_of(stranger).rglob("*"):
        places += [path.read_bytes().decode("latin-1")] if path.is_file() else []
    assert not [place for place in places if any(secret in place for secret in secrets)]


def test_report_of_a_failure_keeps_secrets_to_itself(program: Path, stranger: Stranger) -> None:
    running = start(stranger, program, "--broken")
    assert running.wait() == 6
    log = (data_of(stranger) / "logs" / "app.log").read_text(encoding="utf-8")
    assert "ValueError: postgresql://[left out]db.example/x" in log
    assert "planted" not in log + running.stderr
