"""Second starts, as real processes: one app however many there are, and what becomes of their documents."""

from __future__ import annotations

import json
import os
import signal
import stat
import sys
import threading
from pathlib import Path

import pytest

from launcher import host, second
from launcher.launch import Launch
from launcher.serving import single
from tests.conftest import StartProgram, WriteFiles
from tests.support.asking import Answer, Visitor
from tests.support.programs import Program
from tests.support.waiting import until

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="ends programs by POSIX signals")

APP = """
import os, sys, threading, time
from pathlib import Path
from flask import Flask, jsonify
app = Flask(__name__)
if "--broken" in sys.argv:
    raise ValueError("token=planted")

@app.route("/")
def index():
    return "hello"

@app.route("/arguments")
def arguments():
    return jsonify(arguments=sys.argv[1:], pid=os.getpid())

@app.route("/save", methods=["POST"])
def save():
    Path("begun").touch()
    time.sleep(1)
    Path("saved").touch()
    return "saved"
"""


@pytest.fixture
def project(write_files: WriteFiles) -> Path:
    return write_files({"app.py": APP})


def last_entry(program: Program, count: int) -> str:
    """Wait for a program to have said its address so often, and return the last one."""
    return until(
        lambda: lines[-1] if len(lines := program.stdout.splitlines()) == count else "",
        what=lambda: program.stderr,
    )


def test_thirty_starts_at_once_are_one_app(start_program: StartProgram, project: Path) -> None:
    programs = [start_program(project) for _ in range(30)]
    note = programs[0].folders.private / single.RUNNING
    modes: set[int] = set()

    def one_is_left() -> bool:
        if note.exists():
            modes.add(stat.S_IMODE(note.stat().st_mode))
        return sum(program.process.poll() is None for program in programs) == 1

    until(one_is_left, seconds=120)
    (first,) = [program for program in programs if program.process.poll() is None]
    others = [program for program in programs if program is not first]
    assert [program.wait() for program in others] == [0] * 29
    assert {(program.stdout, program.stderr) for program in others} == {("", "")}
    assert first.visit().ask("/").text == "hello"
    assert modes == {0o600}
    assert len(first.note_processes()) == 2
    assert first.stop(signal.SIGTERM) == 0


def test_what_a_killed_program_and_backend_left_holds_nobody_up(
    start_program: StartProgram, project: Path
) -> None:
    first = start_program(project)
    first.visit()
    backend = first.backend()
    first.note_processes()
    first.process.kill()
    backend.kill()
    first.wait()
    assert (first.folders.private / single.RUNNING).exists()
    second = start_program(project)
    assert second.visit().ask("/").text == "hello"
    assert second.stop(signal.SIGTERM) == 0
    assert not (first.folders.private / single.RUNNING).exists()


def test_note_of_a_stranger_s_process_at_the_old_port_holds_nobody_up(
    start_program: StartProgram, project: Path
) -> None:
    first = start_program(project)
    first.visit()
    private = first.folders.private
    note = json.loads((private / single.RUNNING).read_text())
    first.stop(signal.SIGTERM)
    single.announce(private, note["port"], note["token"])
    second = start_program(project)
    assert second.visit().ask("/arguments").status == 200
    assert second.stop(signal.SIGTERM) == 0


def test_app_starts_again_with_the_document_that_its_user_wants_to_open(
    start_program: StartProgram, project: Path, tmp_path: Path
) -> None:
    document = tmp_path / "größe 用户 'a' \"b\".txt"
    document.touch()
    first = start_program(project, launch={"arguments": ("--blue",)})
    before = json.loads(first.visit().ask("/arguments").text)
    assert before["arguments"] == ["--blue"]
    assert single.raise_first(first.folders.private, ["--red", str(document)])
    after = json.loads(Visitor(last_entry(first, 2)).ask("/arguments").text)
    assert after["arguments"] == ["--red", str(document)]
    assert after["pid"] != before["pid"]
    assert first.stop(signal.SIGTERM) == 0


def test_what_is_being_saved_when_the_app_starts_again_is_saved(
    start_program: StartProgram, project: Path
) -> None:
    first = start_program(project)
    visitor = first.visit()
    answers: list[Answer] = []
    thread = threading.Thread(target=lambda: answers.append(visitor.ask("/save", method="POST", body=b"x")))
    thread.start()
    until((project / "begun").exists)
    assert single.raise_first(first.folders.private, ["other.txt"])
    thread.join(60)
    assert [answer.text for answer in answers] == ["saved"]
    Visitor(last_entry(first, 2))
    assert first.stop(signal.SIGTERM) == 0


def test_app_that_fails_with_the_document_says_so_and_can_be_started_anew(
    start_program: StartProgram, project: Path
) -> None:
    first = start_program(project)
    first.visit()
    assert single.raise_first(first.folders.private, ["--broken"])
    assert first.wait() == 6
    assert "The app could not be started: ValueError: token=[left out]" in first.log
    assert "planted" not in first.log + first.stderr
    second = start_program(project)
    assert second.visit().ask("/").text == "hello"
    assert second.stop(signal.SIGTERM) == 0


def test_start_with_a_document_from_which_nobody_can_be_asked_says_what_to_do(
    start_program: StartProgram, project: Path, tmp_path: Path
) -> None:
    document = tmp_path / "größe 1.txt"
    document.touch()
    first = start_program(project)
    visitor = first.visit()
    second = start_program(project, launch={"arguments": ("--blue", str(document))})
    assert second.wait() == 6
    assert "Test Program is open already, and größe 1.txt was not opened in it" in second.stderr
    assert "Close Test Program first, then open the document again." in second.stderr
    assert start_program(project, launch={"arguments": ("--blue", "no-file.txt")}).wait() == 0
    assert visitor.ask("/").text == "hello"
    assert first.stop(signal.SIGTERM) == 0


def test_private_files_are_closed_to_others_whatever_the_mask_is(
    start_program: StartProgram, project: Path
) -> None:
    before = os.umask(0)
    try:
        program = start_program(project)
        program.visit()
    finally:
        os.umask(before)
    private = program.folders.private
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert stat.S_IMODE((private / single.RUNNING).stat().st_mode) == 0o600
    assert program.stop(signal.SIGTERM) == 0


def test_documents_that_come_later_are_given_to_an_app_that_has_not_answered(tmp_path: Path) -> None:
    launch = Launch(tmp_path / "launcher.json", tmp_path, ("python",), arguments=("--own",))
    started: list[tuple[str, ...]] = []
    second.come_later(launch, ["/a.quiz"], {}, lambda arguments: started.append(tuple(arguments)))
    assert started == [("--own", "/a.quiz")]


def test_documents_that_come_later_are_a_second_start_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "Quiz"
    program.write_text(
        f'#!/bin/sh\nprintf "%s|%s|%s" "$1" "$2" "$_PYI_ARCHIVE_FILE" > "{tmp_path}/part"\n'
        f'mv "{tmp_path}/part" "{tmp_path}/asked"\n'
    )
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    launch = Launch(tmp_path / "launcher.json", tmp_path, ("python",))
    given = {**os.environ, "_PYI_ARCHIVE_FILE": "/the/program"}
    second.come_later(launch, ["/größe 1.quiz", "/b.quiz"], given, None)
    until((tmp_path / "asked").exists)
    assert (tmp_path / "asked").read_text(encoding="utf-8") == "/größe 1.quiz|/b.quiz|"
