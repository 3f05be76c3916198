"""Projects that hang, fork, never serve or ask for a terminal: stopped, gone, and told in plain words."""

from __future__ import annotations

import queue
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil
import pytest

from launcher import host
from launcher.control import Message
from launcher.errors import BrokenProject
from launcher.logs import Log
from launcher.packager.rehearsal.awaiting import Waiting
from launcher.packager.rehearsal.rehearse import rehearse_plan
from launcher.packager.rehearsal.scratch import Scratch
from launcher.process import BackendProcess
from tests.conftest import WriteFiles
from tests.packager.conftest import MakePlan
from tests.support.waiting import until

APP = "def app(environ, start_response):\n    start_response('200 OK', [])\n    return [b'x']\n"
DEADLINE = 6.0  # seconds, for what hangs: it must have come that far on a busy machine as well
PATIENCE = 60.0  # seconds, for what ends by itself
HANGING = ("while True", "sleep(600)", "sleep(3600)")

GiveUp = Callable[..., BrokenProject]


@pytest.fixture
def given_up(write_files: WriteFiles, make_plan: MakePlan, tmp_path: Path) -> GiveUp:
    """Return a function that rehearses what does not serve, and returns the error."""

    def rehearse(code: str | Mapping[str, str], deadline: float = 0.0) -> BrokenProject:
        hangs = any(words in str(code) for words in HANGING)
        deadline = deadline or (DEADLINE if hangs else PATIENCE)
        files = {"wsgi.py": code + APP} if isinstance(code, str) else code
        made = make_plan(write_files(files))
        with pytest.raises(BrokenProject) as caught:
            rehearse_plan(made, tmp_path / "out", deadline=deadline)
        assert caught.value.todo and "Traceback" not in caught.value.todo
        assert not list(processes_of(tmp_path)), "something is still running"
        return caught.value

    return rehearse


def processes_of(folder: Path) -> list[psutil.Process]:
    """List the processes that were told of a folder of this test by their command line."""
    found = []
    for process in psutil.process_iter():
        try:
            if any(str(folder) in word for word in process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import time\ntime.sleep(3600)\n", "wsgi.py, line 2: time.sleep(3600)"),
        (
            "import signal\nfor one in (2, 15): signal.signal(one, signal.SIG_IGN)\nwhile True: pass\n",
            "wsgi.py, line 3",
        ),
    ],
)
def test_an_import_that_hangs_is_stopped_and_its_line_named(given_up: GiveUp, code: str, says: str) -> None:
    error = given_up(code)
    assert f"did not finish starting within {DEADLINE:.0f} s" in error.message
    assert says in error.message


@pytest.mark.parametrize(
    "code",
    [
        "name = input('Your name? ')\n",
        "import sys\nif not sys.stdin.readline(): input()\n",
        "import getpass\ngetpass.getpass()\n",
        "try: input()\nexcept EOFError: raise SystemExit(1)\n",
        "while True:\n    try: input()\n    except EOFError: pass\n",
        pytest.param(
            "open('/dev/tty')\n", marks=pytest.mark.skipif(host.WINDOWS, reason="there is none")
        ),
    ],
)
def test_whoever_asks_for_a_terminal_is_told_so(given_up: GiveUp, code: str) -> None:
    error = given_up(code)
    assert "asks for input in a terminal" in error.message
    assert "[tool.launcher]" in error.todo


@pytest.mark.skipif(host.WINDOWS, reason="there is no fork")
@pytest.mark.parametrize(
    "after",
    [
        "if os.fork(): sys.exit(0)\n",
        "if os.fork(): os._exit(0)\nos.setsid()\nif os.fork(): os._exit(0)\n",
        "if os.fork(): os._exit(0)\nos.closerange(0, 200)\ntime.sleep(600)\n",
        "if os.fork(): time.sleep(600)\ntime.sleep(600)\n",
    ],
)
def test_whoever_goes_into_the_background_is_told_so(given_up: GiveUp, after: str) -> None:
    error = given_up(f"import os, sys, time\n{after}")
    assert "into the background (os.fork in wsgi.py, line 2)" in error.message


def test_a_script_that_just_ends_is_told_that_there_is_no_app(given_up: GiveUp) -> None:
    code = "from flask import Flask\nif __name__ == '__main__':\n    print('done')\n"
    settings = '[tool.launcher]\napp = "tool.py"\n'
    error = given_up({"tool.py": code, "pyproject.toml": settings})
    assert "tool.py ran, but no app came out of it" in error.message


@pytest.mark.skipif(host.WINDOWS, reason="sessions are those of POSIX")
def test_children_that_left_their_group_are_ended_too(given_up: GiveUp, tmp_path: Path) -> None:
    mark = tmp_path / "child"
    child = f"import os, time; open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    given_up(
        "import subprocess, sys, time, os\n"
        f"subprocess.Popen([sys.executable, '-c', {child!r}], start_new_session=True)\n"
        f"while not os.path.exists({str(mark)!r}): time.sleep(0.01)\n"
        "raise SystemExit('enough')\n"
    )
    until(lambda: not psutil.pid_exists(int(mark.read_text(encoding="utf-8"))))


@pytest.mark.skipif(host.WINDOWS, reason="a process costs too much there for a test")
def test_children_without_end_are_stopped_before_the_deadline(
    given_up: GiveUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("launcher.packager.rehearsal.awaiting.MOST_PROCESSES", 20)
    code = "import subprocess\nwhile True:\n    subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
    error = given_up(code, 60.0)
    assert "processes without end" in error.message
    assert "The last was sleep (wsgi.py, line 3)" in error.message


def test_who_waits_for_a_server_that_does_not_answer_is_told_which(given_up: GiveUp) -> None:
    code = (
        "import socket, time\n"
        "while True:\n"
        "    try: socket.create_connection(('127.0.0.1', 9))\n"
        "    except OSError: time.sleep(0.05)\n"
    )
    error = given_up(code)
    assert "The last that it called is 127.0.0.1, port 9 (wsgi.py, line 3)" in error.message


def test_a_variable_that_the_shell_does_not_hand_on_is_named(
    given_up: GiveUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUIZ_KEY", "secret")
    error = given_up("import os\nos.environ['QUIZ_KEY']\n")
    assert "QUIZ_KEY" in error.message and "env of [tool.launcher]" in error.todo


def test_who_must_write_where_no_friend_may_is_told_the_file(
    given_up: GiveUp, tmp_path: Path, write_files: WriteFiles
) -> None:
    file = write_files({"real.log": ""}) / "real.log"
    error = given_up(f"open({str(file)!r}, 'a')\n")
    assert f"writes to {file} (wsgi.py, line 1)" in error.message


def test_processes_are_known_by_their_home_alone(tmp_path: Path) -> None:
    """Another's process is never touched, whatever it is called."""
    scratch = Scratch(tmp_path / "run")
    other = psutil.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        scratch.end_processes()
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_the_reason_that_comes_with_the_end_is_told_and_not_the_end(tmp_path: Path) -> None:
    """A process may be gone before its last words were read."""
    events: queue.Queue[Message] = queue.Queue()

    class Ended(BackendProcess):
        def __init__(self) -> None:
            pass

        def has_ended(self) -> bool:
            events.put({"event": "failed", "sentence": "It broke.", "details": "", "todo": "Mend it."})
            return True

        def stop(self, deadline: float = 0.0) -> int:
            return 6

    log = Log(tmp_path / "app.log")
    with pytest.raises(BrokenProject, match="It broke"):
        Waiting(Scratch(tmp_path / "run"), events, Ended(), log).entry(5.0)
    log.close()


def test_an_app_without_a_page_that_works_is_no_app_to_hand_on(given_up: GiveUp) -> None:
    """Compared with its source it would be perfect."""
    told = given_up(
        {
            "wsgi.py": "from flask import Flask\napp = Flask(__name__)\n\n"
            "@app.route('/')\ndef index():\n    return open('/nowhere/words.txt').read()\n"
        }
    )
    assert "no page of it works. Its only page fails" in told.message
    assert "FileNotFoundError" in told.message and "/nowhere/words.txt" in told.message
    assert "env of [tool.launcher]" in told.todo
