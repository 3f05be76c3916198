"""Real windows on a real display: what they show, in which order, and how they end."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from launcher import host
from launcher.window.native import NativeScreen
from launcher.window.rules import Rules
from tests.conftest import StartProgram, WriteFiles
from tests.support.processes import left_of
from tests.support.programs import Program, environment
from tests.support.waiting import until

pytest.importorskip("Xlib", reason="closes windows as X does", exc_type=ImportError)

from tests.support.screens import Screen, colours, differ

pytestmark = [
    pytest.mark.window,
    pytest.mark.skipif(not host.LINUX, reason="looks at windows as X shows them"),
]

WEB_VIEWS = {"qt": "PySide6.QtWebEngineCore", "gtk": "gi"}
NAME = "Müller & Söhne's Quiz"
PAGE = """
from flask import Flask, request
app = Flask(__name__)

@app.route("/")
@app.route("/<path:place>")
def index(place=""):
    return f'''<!doctype html><meta charset="utf-8"><title>At /{place}</title>
<body style="background: #2b6; color: white"><h1>Hello from the app</h1><p id="visits"></p>
<script>
const visits = Number(localStorage.visits || 0) + 1;
localStorage.visits = visits;
document.getElementById("visits").textContent = "visit " + visits;
</script>'''
"""
GATE = "import os, time\nwhile not os.path.exists('go'):\n    time.sleep(0.02)\n"


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


@pytest.fixture(params=WEB_VIEWS)
def web_view(request: pytest.FixtureRequest) -> str:
    """Each web view that this Python has."""
    name = str(request.param)
    if not _is_there(WEB_VIEWS[name]):
        pytest.skip(f"{name} is not installed")
    return name


Open = Callable[..., Program]


@pytest.fixture
def open_program(start_program: StartProgram, write_files: WriteFiles, screen: Screen, web_view: str) -> Open:
    """Return a function that opens an app's code in its window."""

    def open_it(code: str, **options: object) -> Program:
        return start_program(
            write_files({"app.py": code}),
            name=NAME,
            headless=False,
            webview=web_view,
            env={"DISPLAY": screen.name, "WAYLAND_DISPLAY": ""},
            **options,
        )

    return open_it


def painted(screen: Screen, place: Path) -> Path:
    """Wait until a window has drawn something, and photograph it."""
    until(lambda: screen.titles() == [NAME], what=screen.titles)
    until(lambda: colours(screen.picture(place)) > 1)
    return place


def close_and_wait(program: Program, screen: Screen) -> int:
    """Close the window, see that nothing is left, and return the exit code."""
    everyone = program.note_processes()
    screen.close(NAME)
    assert left_of(everyone) == []
    assert screen.titles() == []
    return program.wait()


def test_app_is_shown_in_its_window(open_program: Open, screen: Screen, tmp_path: Path) -> None:
    program = open_program(PAGE)
    seen = program.proof()
    assert seen["url"].startswith("http://127.0.0.1:")
    assert seen["url"].endswith("/")
    assert (seen["title"], seen["state"]) == ("At /", "complete")
    assert seen["text"].split("\n")[0] == "Hello from the app"
    assert colours(painted(screen, tmp_path / "app.png")) > 1
    assert colours(program.picture()) > 1, "what the web view draws of itself"
    assert close_and_wait(program, screen) == 0
    assert program.stdout == ""


def test_starting_page_comes_first_and_then_the_app(
    open_program: Open, screen: Screen, write_files: WriteFiles, tmp_path: Path
) -> None:
    program = open_program(GATE + PAGE)
    starting = painted(screen, tmp_path / "starting.png")
    assert not program.has_proof()
    (write_files({}) / "go").touch()
    assert program.proof()["title"] == "At /"
    until(lambda: differ(starting, screen.picture(tmp_path / "app.png")))
    assert close_and_wait(program, screen) == 0


LATE = """
import sys, webview
from launcher.serving import pages
pages.LATE = int(sys.argv[2])
window = webview.create_window("late", html=pages.starting_page("Quiz"))
asked = "getComputedStyle(document.querySelector('.late')).visibility"
def look():
    window.events.loaded.wait(30)
    while True:
        print(window.evaluate_js(asked), flush=True)
webview.start(look, gui=sys.argv[1])
"""


@pytest.mark.parametrize(("seconds", "shown"), [(1000, "hidden"), (0, "visible")])
def test_start_that_takes_long_is_said_in_the_window_after_a_while(
    screen: Screen, web_view: str, tmp_path: Path, seconds: int, shown: str
) -> None:
    own = {"HOME": str(tmp_path), "DISPLAY": screen.name, "WAYLAND_DISPLAY": ""}
    with subprocess.Popen(
        [sys.executable, "-c", LATE, web_view, str(seconds)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment(QTWEBENGINE_DISABLE_SANDBOX="1", **own),
    ) as process:
        assert process.stdout is not None
        assert any(line == f"{shown}\n" for line in process.stdout)
        process.kill()


def test_app_that_fails_is_explained_in_the_window(
    open_program: Open, screen: Screen, write_files: WriteFiles, tmp_path: Path
) -> None:
    program = open_program(GATE + "1 / 0\n")
    starting = painted(screen, tmp_path / "starting.png")
    (write_files({}) / "go").touch()
    until(lambda: differ(starting, screen.picture(tmp_path / "failed.png")))
    assert "failed: The app could not be started: ZeroDivisionError" in program.log
    assert program.process.poll() is None
    assert not program.has_proof()
    assert close_and_wait(program, screen) == 6


def test_app_whose_process_dies_is_explained_in_the_window(
    open_program: Open, screen: Screen, tmp_path: Path
) -> None:
    program = open_program(PAGE)
    program.proof()
    shown = painted(screen, tmp_path / "app.png")
    program.backend().kill()
    until(lambda: differ(shown, screen.picture(tmp_path / "died.png")))
    assert "by the signal SIGKILL" in program.log
    assert close_and_wait(program, screen) == 6


def test_closing_the_window_in_the_middle_of_an_import_ends_everything(
    open_program: Open, screen: Screen, tmp_path: Path
) -> None:
    program = open_program("import threading\nthreading.Event().wait()\n")
    painted(screen, tmp_path / "starting.png")
    assert close_and_wait(program, screen) == 0


def test_closing_the_window_ends_whatever_the_app_left(open_program: Open, screen: Screen) -> None:
    left = (
        "import subprocess, threading\n"
        "threading.Thread(target=threading.Event().wait).start()\n"
        "subprocess.Popen(['sleep', '1000'])\n"
    )
    program = open_program(left + PAGE)
    program.proof()
    assert close_and_wait(program, screen) == 0


def test_second_start_raises_the_window(open_program: Open, screen: Screen) -> None:
    first = open_program(PAGE)
    first.proof()
    second = open_program(PAGE)
    assert second.wait() == 0
    assert screen.titles() == [NAME]
    assert close_and_wait(first, screen) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_closes_the_window(open_program: Open, screen: Screen, number: int) -> None:
    program = open_program(PAGE)
    program.proof()
    everyone = program.note_processes()
    program.process.send_signal(number)
    assert left_of(everyone) == []
    assert program.wait() == 0
    assert screen.titles() == []


def test_signal_before_there_is_a_window_ends_the_program(open_program: Open) -> None:
    program = open_program(PAGE)
    until(lambda: "starts" in program.log)
    everyone = program.note_processes()
    program.process.send_signal(signal.SIGTERM)
    assert left_of(everyone) == []
    assert program.wait() == 0


def test_screen_that_cannot_be_reached_is_said(
    start_program: StartProgram, write_files: WriteFiles, web_view: str
) -> None:
    """A session that has ended, or another user's: the library of the web view would end the process."""
    env = {"DISPLAY": ":45678", "WAYLAND_DISPLAY": "", "XAUTHORITY": "/nowhere"}
    program = start_program(write_files({"app.py": PAGE}), headless=False, webview=web_view, env=env)
    assert program.wait() == 6
    assert program.stderr == (
        "Error: There is no screen here that Test Program could open its window on.\n"
        "Start it in a desktop session, or with LAUNCHER_HEADLESS=1 to get its address.\n"
    )


def test_screen_that_cannot_be_reached_leaves_the_browser_that_can(
    start_program: StartProgram, write_files: WriteFiles, web_view: str, tmp_path: Path
) -> None:
    """As in a session from afar, where the browser is this machine's way to show something there."""
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >> "{tmp_path}/asked"\n')
    browser.chmod(0o755)
    env = {"DISPLAY": ":45678", "WAYLAND_DISPLAY": "", "BROWSER": str(browser), "PATH": str(tmp_path)}
    program = start_program(write_files({"app.py": PAGE}), headless=False, webview=web_view, env=env)
    until((tmp_path / "asked").exists, what=lambda: program.stderr)
    assert "no native window (OSError: the screen :45678 cannot be reached)" in program.log
    assert program.stop(signal.SIGTERM) == 0


def test_program_that_is_killed_takes_its_window_along(open_program: Open, screen: Screen) -> None:
    program = open_program(PAGE)
    program.proof()
    everyone = program.note_processes()
    program.process.kill()
    assert left_of(everyone) == []
    until(lambda: screen.titles() == [])


WANDERING = """
import os
from flask import Flask, request
app = Flask(__name__)

@app.route("/")
@app.route("/<path:place>")
def index(place=""):
    go = "" if place else "<script>location = '/süß/notes?page=2'</script>"
    data = os.environ.get("XDG_DATA_HOME")
    return f"<!doctype html><title>{request.full_path}</title>{go}process {os.getpid()} {data}"
"""


def test_restart_shows_the_place_that_was_looked_at(
    open_program: Open, screen: Screen, write_files: WriteFiles
) -> None:
    program = open_program(WANDERING, launch={"watch": True})
    until(lambda: program.proof()["title"] == "/süß/notes?page=2")
    before = program.backend()
    (write_files({}) / "restart").touch()
    until(lambda: not before.is_running())
    # What the window's library needs in its environment is not the app's.
    now = f"process {program.backend().pid} {os.environ.get('XDG_DATA_HOME')}"
    until(lambda: program.proof()["text"] == now, what=program.proof)
    assert program.proof()["title"] == "/süß/notes?page=2"
    assert close_and_wait(program, screen) == 0


def test_what_the_page_keeps_is_there_at_the_next_start(open_program: Open, screen: Screen) -> None:
    """However soon the window is closed after it was kept; and the origin, its port too, must be the same."""
    for visit in range(1, 5):
        program = open_program(PAGE)
        assert f"visit {visit}" in program.proof()["text"]
        assert close_and_wait(program, screen) == 0


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://127.0.0.1:20000/notes?page=2", "/notes?page=2"),
        ("http://127.0.0.1:20000/.launcher/open", "/"),
        ("http://127.0.0.1:20000/.launcher/share", "/.launcher/share"),
        ("http://127.0.0.1:20000/.launcher/share/stop", "/.launcher/share"),
        ("http://127.0.0.1:20001/.launcher/share", "/"),
        (None, "/"),
    ],
)
def test_place_is_the_app_s_own_or_the_page_to_share_by(url: str | None, place: str) -> None:
    """A form of that page may be under way to where it leads back from."""
    rules = Rules()
    rules.admit("http://127.0.0.1:20000/")
    assert NativeScreen(SimpleNamespace(get_current_url=lambda: url), rules).place() == place
