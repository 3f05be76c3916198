"""The whole program without a window, from source, as a real process: how it starts, serves and ends."""

from __future__ import annotations

import os
import signal
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from launcher import host
from launcher.project.target import Target
from launcher.serving.port import FIRST_PORT, LAST_PORT
from tests.conftest import StartProgram, WriteFiles
from tests.support.asking import Answer
from tests.support.processes import left_of, run_python
from tests.support.programs import Program, environment
from tests.support.waiting import until

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="ends programs by POSIX signals")

HELLO = """
import os, sys, threading
from flask import Flask, request, session

app = Flask(__name__)

@app.route("/")
def index():
    return "hello"

@app.route("/pid")
def pid():
    return str(os.getpid())

@app.route("/count")
def count():
    session["n"] = session.get("n", 0) + 1
    return str(session["n"])
"""

ENDINGS = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]


@pytest.fixture
def hello(write_files: WriteFiles) -> Path:
    return write_files({"app.py": HELLO})


@pytest.mark.parametrize("number", ENDINGS)
def test_program_says_one_line_serves_and_ends_in_order(
    start_program: StartProgram, hello: Path, number: signal.Signals
) -> None:
    program = start_program(hello)
    visitor = program.visit()
    assert visitor.ask("/").text == "hello"
    everyone = program.note_processes()
    assert len(everyone) == 2
    assert program.stop(number) == 0
    assert program.stdout == f"{program.entry()}\n"
    assert left_of(everyone) == []


def test_what_the_app_prints_goes_to_the_log_and_to_stderr_never_to_stdout(
    start_program: StartProgram, write_files: WriteFiles
) -> None:
    code = "import os\nprint('by print: ü')\nos.write(1, b'by descriptor\\n')\nos.system('echo by a child')\n"
    program = start_program(write_files({"app.py": code + HELLO}))
    program.visit()
    assert program.stop(signal.SIGTERM) == 0
    for line in ("by print: ü\n", "by descriptor\n", "by a child\n"):
        assert line in program.log
        assert line in program.stderr
    assert program.stdout.count("\n") == 1


def test_log_tells_of_start_and_end(start_program: StartProgram, hello: Path) -> None:
    program = start_program(hello)
    program.visit()
    program.stop(signal.SIGTERM)
    assert [line.partition("launcher: ")[2] for line in program.log.splitlines()] == [
        "Test Program 1.0 starts",
        "the app answers",
        "ended",
    ]


def test_second_start_raises_the_first_and_ends(start_program: StartProgram, hello: Path) -> None:
    first = start_program(hello)
    visitor = first.visit()
    second = start_program(hello)
    assert second.wait() == 0
    assert (second.stdout, second.stderr) == ("", "")
    assert visitor.ask("/").text == "hello"
    assert first.stop(signal.SIGTERM) == 0


def test_impatient_double_clicks_open_one_app(start_program: StartProgram, hello: Path) -> None:
    """The second start comes before the first can be asked to come forward."""
    programs = [start_program(hello) for _ in range(4)]
    until(lambda: sum(program.process.poll() is None for program in programs) == 1)
    (first,) = [program for program in programs if program.process.poll() is None]
    assert [program.wait() for program in programs if program is not first] == [0, 0, 0]
    assert first.visit().ask("/").text == "hello"
    assert first.stop(signal.SIGTERM) == 0


def test_start_after_a_killed_program_is_not_held_up(start_program: StartProgram, hello: Path) -> None:
    first = start_program(hello)
    first.visit()
    assert first.stop(signal.SIGKILL) == -signal.SIGKILL
    second = start_program(hello)
    assert second.visit().ask("/").text == "hello"
    assert second.stop(signal.SIGTERM) == 0


def test_program_that_is_killed_leaves_nothing_behind(
    start_program: StartProgram, write_files: WriteFiles
) -> None:
    child = "import subprocess\nsubprocess.Popen(['sleep', '1000'])\n"
    program = start_program(write_files({"app.py": child + HELLO}))
    program.visit()
    everyone = program.note_processes()
    assert len(everyone) == 3
    program.process.kill()
    assert left_of(everyone) == []


def test_backend_that_is_killed_ends_the_program_with_a_report(
    start_program: StartProgram, hello: Path
) -> None:
    program = start_program(hello)
    program.visit()
    everyone = program.note_processes()
    program.backend().kill()
    assert program.wait() == 6
    assert "failed: The app's process ended by itself, by the signal SIGKILL." in program.log
    assert "The app's process ended by itself, by the signal SIGKILL." in program.stderr
    assert left_of(everyone) == []


def test_app_that_ends_its_process_ends_the_program_with_a_report(
    start_program: StartProgram, write_files: WriteFiles
) -> None:
    program = start_program(write_files({"app.py": "import os\nos._exit(3)\n"}))
    assert program.wait() == 6
    assert "The app's process ended by itself, with exit code 3." in program.log
    assert program.stdout == ""


FAILURES = {
    "exits_at_import": (
        "The app ended itself while it was starting (exit code 1).",
        "No settings file, giving up.",
    ),
    "raises_at_import": ("The app could not be started: KeyError: 'pear'", "in price_of"),
    "missing_distribution": (
        "The module 'distribution_that_nobody_installed' is not installed; line 5 of app.py imports it.",
        "pip install distribution_that_nobody_installed",
    ),
}


@pytest.mark.parametrize("sample", FAILURES)
def test_app_that_cannot_start_is_explained_on_stderr_and_in_the_log(
    start_program: StartProgram, samples: Path, sample: str
) -> None:
    program = start_program(samples / sample, target=Target("app", None, None, ".", "a test"))
    assert program.wait() == 6
    for text in FAILURES[sample]:
        assert text in program.stderr
        assert text in program.log
    assert program.stdout == ""
    assert "launcher/" not in program.stderr, "frames of ours are nobody's business"


def test_slow_import_is_waited_for(start_program: StartProgram, samples: Path) -> None:
    program = start_program(
        samples / "slow_import",
        target=Target("app", None, "app", ".", "a test"),
        env={"SLOW_SECONDS": "1"},
    )
    assert program.visit().ask("/").status == 200


def test_program_ends_in_the_middle_of_an_import(
    start_program: StartProgram, write_files: WriteFiles
) -> None:
    code = "import threading\nprint('importing')\nthreading.Event().wait()\n"
    program = start_program(write_files({"app.py": code}))
    until(lambda: "importing" in program.stderr)
    everyone = program.note_processes()
    program.process.send_signal(signal.SIGTERM)
    assert left_of(everyone) == []
    assert program.wait() == 0
    assert program.stdout == ""


LINGERERS = {
    "an endless thread": "threading.Thread(target=lambda: [None for _ in iter(int, 1)]).start()\n",
    "a pool at work": (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "ThreadPoolExecutor().submit(threading.Event().wait)\n"
    ),
    "a deaf process": (
        "import signal, subprocess\nsubprocess.Popen(['sh', '-c', 'trap \"\" TERM INT HUP; sleep 1000'])\n"
    ),
}


@pytest.mark.parametrize("case", LINGERERS)
def test_program_is_gone_whatever_the_app_left(
    start_program: StartProgram, write_files: WriteFiles, case: str
) -> None:
    program = start_program(write_files({"app.py": HELLO + LINGERERS[case]}))
    program.visit()
    everyone = program.note_processes()
    program.process.send_signal(signal.SIGTERM)
    assert left_of(everyone) == []
    assert program.wait() == 0


SLOW = """
import threading, time
from pathlib import Path
from flask import Flask
app = Flask(__name__)
held, lock, go = [], threading.Lock(), threading.Event()

@app.route("/hold")
def hold():
    with lock:
        held.append(1)
    go.wait()
    return "held"

@app.route("/held")
def count():
    return str(len(held))

@app.route("/go")
def release():
    go.set()
    return "gone"

@app.route("/save", methods=["POST"])
def save():
    Path("begun").touch()
    time.sleep(2)
    Path("saved").touch()
    return "saved"
"""


def in_background(ask: Callable[[], Answer]) -> tuple[threading.Thread, list[Answer]]:
    """Ask on a thread of its own."""
    answers: list[Answer] = []
    thread = threading.Thread(target=lambda: answers.append(ask()))
    thread.start()
    return thread, answers


def test_twenty_slow_requests_do_not_hold_up_the_next(
    start_program: StartProgram, write_files: WriteFiles
) -> None:
    visitor = start_program(write_files({"app.py": SLOW})).visit()
    waiting = [in_background(lambda: visitor.ask("/hold")) for _ in range(20)]
    until(lambda: visitor.ask("/held").text == "20")
    assert not any(answers for _, answers in waiting)
    visitor.ask("/go")
    for thread, answers in waiting:
        thread.join(60)
        assert [answer.text for answer in answers] == ["held"]


def test_save_in_flight_is_finished(start_program: StartProgram, write_files: WriteFiles) -> None:
    project = write_files({"app.py": SLOW})
    program = start_program(project)
    visitor = program.visit()
    thread, answers = in_background(lambda: visitor.ask("/save", method="POST", body=b""))
    until((project / "begun").exists)
    assert program.stop(signal.SIGTERM) == 0
    thread.join(60)
    assert [answer.text for answer in answers] == ["saved"]
    assert (project / "saved").exists()


def test_endless_answer_does_not_hold_the_end_up(
    start_program: StartProgram, write_files: WriteFiles
) -> None:
    program = start_program(write_files({"app.py": SLOW}))
    visitor = program.visit()
    connection = in_background(lambda: _or_cut(lambda: visitor.ask("/hold")))[0]
    until(lambda: visitor.ask("/held").text == "1")
    everyone = program.note_processes()
    program.process.send_signal(signal.SIGTERM)
    assert left_of(everyone) == []
    connection.join(60)


def _or_cut(ask: Callable[[], Answer]) -> Answer:
    try:
        return ask()
    except OSError:
        return Answer(0, (), b"")


SERVERS = {
    "unguarded, for everyone": "app.run(host='0.0.0.0', port=5000, debug=True)\n",
    "guarded": "if __name__ == '__main__':\n    app.run('0.0.0.0')\n",
    "by waitress": "import waitress\nwaitress.serve(app, listen='*:8080')\n",
    "by werkzeug": "import werkzeug\nwerkzeug.run_simple('0.0.0.0', 5000, app, use_reloader=True)\n",
    "by wsgiref": "from wsgiref.simple_server import make_server\nmake_server('', 0, app).serve_forever()\n",
}


@pytest.mark.parametrize("case", SERVERS)
def test_program_listens_at_one_place_whatever_the_script_asks_for(
    start_program: StartProgram, write_files: WriteFiles, case: str
) -> None:
    program = start_program(write_files({"app.py": HELLO + SERVERS[case]}))
    visitor = program.visit()
    assert visitor.ask("/").text == "hello"
    assert listening(program) == {("127.0.0.1", visitor.port)}


def listening(program: Program) -> set[tuple[str, int]]:
    """List where the processes of a program listen."""
    return {
        (connection.laddr.ip, connection.laddr.port)
        for process in program.note_processes()
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN or not connection.raddr
    }


def test_port_is_stable_and_below_the_ephemeral_ranges(start_program: StartProgram, hello: Path) -> None:
    ports = set()
    for _ in range(2):
        program = start_program(hello)
        ports.add(program.visit().port)
        program.stop(signal.SIGTERM)
    (port,) = ports
    assert FIRST_PORT <= port <= LAST_PORT


def test_port_of_another_app_is_stepped_around(
    start_program: StartProgram, hello: Path, tmp_path: Path
) -> None:
    first = start_program(hello)
    port = first.visit().port
    second = start_program(hello, home=tmp_path / "other home")
    assert second.visit().port != port
    assert f"port {port} is taken" in second.stderr


def test_port_that_was_asked_for_is_used_or_refused(
    start_program: StartProgram, hello: Path, tmp_path: Path
) -> None:
    first = start_program(hello)
    port = first.visit().port
    second = start_program(hello, home=tmp_path / "other home", launch={"port": port})
    assert second.wait() == 6
    assert f"Port {port} cannot be used" in second.stderr
    assert first.stop(signal.SIGTERM) == 0
    third = start_program(hello, home=tmp_path / "other home", launch={"port": port})
    assert third.visit().port == port


def test_session_survives_a_restart(start_program: StartProgram, hello: Path) -> None:
    first = start_program(hello)
    visitor = first.visit()
    assert [visitor.ask("/count").text for _ in range(2)] == ["1", "2"]
    first.stop(signal.SIGTERM)
    again = start_program(hello).visit()
    again.cookies["session"] = visitor.cookies["session"]
    assert again.ask("/count").text == "3"


def test_secrets_are_where_only_the_app_finds_them(start_program: StartProgram, hello: Path) -> None:
    program = start_program(hello)
    visitor = program.visit()
    visitor.ask("/count")
    ticket = program.entry().rpartition("?")[2]
    (session,) = [value for name, value in visitor.cookies.items() if name.startswith("app_")]
    places = [" ".join(process.cmdline()) for process in program.note_processes()]
    places += [" ".join(process.environ().values()) for process in program.note_processes()]
    program.stop(signal.SIGTERM)
    places += [program.log, program.stderr]
    for path in program.folders.root.rglob("*"):
        places += [path.read_bytes().decode("latin-1")] if path.is_file() else []
    for secret in (ticket, session):
        assert len(secret) == 43
        assert not [place for place in places if secret in place]


def test_program_writes_in_its_own_folder_alone_and_closes_it_to_others(
    start_program: StartProgram, hello: Path
) -> None:
    program = start_program(hello)
    program.visit().ask("/count")
    program.stop(signal.SIGTERM)
    root = program.folders.root
    assert sorted(path.name for path in root.iterdir()) == ["logs", "private", "web"]
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    assert sorted(path.name for path in program.folders.private.iterdir()) == [
        "lock",
        "port",
        "secret-key",
        "shown-version",
    ]
    assert sorted(path.name for path in hello.iterdir() if path.name != "__pycache__") == ["app.py"]


@pytest.mark.skipif(host.is_root(), reason="root may write everywhere")
def test_folder_that_cannot_be_written_is_explained(
    start_program: StartProgram, hello: Path, tmp_path: Path
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    program = start_program(hello, home=closed / "home")
    assert program.wait() == 6
    assert "cannot write in its folder" in program.stderr


def test_folder_that_is_a_file_is_explained(start_program: StartProgram, hello: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    program = start_program(hello, home=tmp_path / "taken")
    assert program.wait() == 6
    assert program.stderr.startswith("Error: Test Program cannot write in its folder")
    assert "Traceback" not in program.stderr


def test_program_without_a_screen_says_so(start_program: StartProgram, hello: Path) -> None:
    if not host.LINUX:
        pytest.skip("elsewhere there is always a screen")
    nowhere = {"DISPLAY": "", "WAYLAND_DISPLAY": ""}
    program = start_program(hello, headless=False, webview="qt", env=nowhere)
    assert program.wait() == 6
    assert "no screen" in program.stderr
    assert "LAUNCHER_HEADLESS=1" in program.stderr
    assert "Traceback" not in program.stderr


def test_closed_terminal_does_not_end_the_program(
    start_program: StartProgram, write_files: WriteFiles
) -> None:
    """What is printed after the terminal has gone is lost, and nothing else."""
    code = HELLO + "\n@app.route('/print')\ndef say():\n    print('x' * 100)\n    return 'said'\n"
    project = write_files({"app.py": code})
    reading, writing = os.pipe()
    program = start_program(project, stderr=writing)
    os.close(writing)
    visitor = program.visit()
    os.close(reading)
    assert [visitor.ask("/print").text for _ in range(20)] == ["said"] * 20
    assert program.stop(signal.SIGTERM) == 0
    assert "x" * 100 in program.log


DEFECT = """
import os, sys
from pathlib import Path
from launcher import runtime
from launcher.project.manifest import Manifest
from launcher.project.target import Target
place = Path(sys.argv[1])
target = Target(None, "app.py", None, ".", "a test")
Manifest("Quiz", "org.example.quiz", "1", target).save(place / "launcher.json")
(place / "data" / "logs").mkdir(parents=True)
try:
    raise TypeError("token=planted")
except TypeError as error:
    print(runtime.tell_defect(place / "launcher.json", error))
"""


def test_error_of_ours_is_told_on_stderr_and_in_the_log_without_secrets(tmp_path: Path) -> None:
    """A packaged program has no terminal: without the log nobody would ever know."""
    env = environment(LAUNCHER_HOME=str(tmp_path / "data"), LAUNCHER_HEADLESS="1")
    done = run_python(DEFECT, tmp_path, env=env)
    log = (tmp_path / "data" / "logs" / "app.log").read_text(encoding="utf-8")
    assert done.stdout == "1\n"
    for told in (done.stderr, log):
        assert "Quiz was ended by an error that is not the app's own." in told
        assert "TypeError: token=[left out]" in told
        assert "planted" not in told
