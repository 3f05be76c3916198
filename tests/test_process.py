"""A backend as its parent sees it: it says what happens, and is surely gone afterwards."""

from __future__ import annotations

import io
import os
import signal
from pathlib import Path

import psutil
import pytest

from launcher import host
from tests.conftest import WriteFiles
from tests.support.asking import Visitor
from tests.support.backends import Backends
from tests.support.processes import left_of

APP = "from flask import Flask\napp = Flask('quiz')\napp.add_url_rule('/', view_func=lambda: 'hello')\n"

posix = pytest.mark.skipif(host.WINDOWS, reason="process groups and signals are POSIX")


def test_backend_tells_when_it_listens_is_ready_and_has_ended(
    backends: Backends, write_files: WriteFiles
) -> None:
    backend = backends.start(write_files({"app.py": APP}))
    assert backend.visit().ask("/").text == "hello"
    everyone = backend.everyone()
    assert backend.process.stop() == 0
    assert backend.names() == ["listening", "ready", "ended"]
    assert backend.event("ended")["code"] == 0
    assert left_of(everyone) == []
    assert backend.process.stop() == 0


def test_backend_gives_another_way_in_when_asked(backends: Backends, write_files: WriteFiles) -> None:
    backend = backends.start(write_files({"app.py": APP}))
    first = backend.event("ready")["url"]
    backend.process.command("entry")
    second = backend.event("entry")["url"]
    assert first != second
    assert Visitor(second).ask("/").text == "hello"
    assert Visitor(first).ask("/").text == "hello"


def test_what_the_app_prints_goes_to_the_log_and_to_the_terminal(
    backends: Backends, write_files: WriteFiles
) -> None:
    copy = io.StringIO()
    backend = backends.start(write_files({"app.py": "print('printed: ü')\n" + APP}), copy=copy)
    backend.event("ready")
    backend.process.stop()
    assert "printed: ü\n" in backend.log.tail()
    assert "printed: ü\n" in copy.getvalue()


@posix
def test_backend_that_cannot_stop_is_killed(backends: Backends, write_files: WriteFiles) -> None:
    code = "import os, signal\nprint('frozen', flush=True)\nos.kill(os.getpid(), signal.SIGSTOP)\n"
    backend = backends.start(write_files({"app.py": code}))
    everyone = backend.everyone()
    backend.event("listening")
    assert backend.process.stop(0.0) == -signal.SIGKILL
    assert left_of(everyone) == []


@posix
def test_what_the_app_started_ends_with_it(backends: Backends, write_files: WriteFiles) -> None:
    child = "import subprocess\nsubprocess.Popen(['sleep', '1000'])\n"
    backend = backends.start(write_files({"app.py": child + APP}))
    backend.event("ready")
    everyone = backend.everyone()
    assert len(everyone) == 2
    assert backend.process.stop() == 0
    assert left_of(everyone) == []


@posix
def test_death_of_the_backend_is_told_with_its_signal(backends: Backends, write_files: WriteFiles) -> None:
    backend = backends.start(write_files({"app.py": APP}))
    backend.event("ready")
    psutil.Process(backend.process.pid).kill()
    assert backend.event("ended")["code"] == -signal.SIGKILL
    assert backend.process.stop() == -signal.SIGKILL


def test_app_that_ends_the_process_is_told_with_its_code(backends: Backends, write_files: WriteFiles) -> None:
    backend = backends.start(write_files({"app.py": "import os\nos._exit(7)\n"}))
    assert backend.event("ended")["code"] == 7


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="counts open files as POSIX shows them")
def test_parent_keeps_no_pipes_of_backends_that_are_gone(backends: Backends, write_files: WriteFiles) -> None:
    """A program that runs all day with --reload starts many."""
    project, counts = write_files({"app.py": APP}), []
    for _ in range(2):
        backend = backends.start(project)
        backend.event("ready")
        backend.process.stop()
        backend.event("ended")
        counts.append(len(os.listdir("/dev/fd")))
    assert counts[0] == counts[1]


@posix
def test_terminal_s_interrupt_does_not_reach_the_backend(backends: Backends, write_files: WriteFiles) -> None:
    """Ctrl-C is the program's to handle; the backend must be left to finish what is in flight."""
    backend = backends.start(write_files({"app.py": APP}))
    assert os.getpgid(backend.process.pid) == backend.process.pid != os.getpgrp()


@posix
def test_collected_backend_is_signalled_no_more(
    backends: Backends, write_files: WriteFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its number may be another process's by then, and that one's group would be ended."""
    backend = backends.start(write_files({"app.py": "import os\nos._exit(7)\n"}))
    backend.event("ended")
    signalled: list[int] = []
    monkeypatch.setattr("os.killpg", lambda group, number: signalled.append(group))
    assert backend.process.stop() == 7
    assert signalled == []
