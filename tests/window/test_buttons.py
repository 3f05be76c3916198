"""The buttons of the launcher's own pages in a real window, pressed as people without a mouse press them."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from launcher import host
from tests.conftest import StartProgram, WriteFiles
from tests.support.processes import left_of
from tests.support.programs import Program
from tests.support.waiting import until

pytest.importorskip("Xlib", reason="needs a screen", exc_type=ImportError)
pytest.importorskip("launcher.window.leading", reason="needs windows that hand their buttons over")
pytest.importorskip("PySide6.QtWebEngineCore", reason="needs a web view", exc_type=ImportError)

from tests.support.screens import Screen, differ

pytestmark = [
    pytest.mark.window,
    pytest.mark.skipif(not host.LINUX, reason="presses keys as X does"),
]

NAME = "Test Program"
BLANK = (160, 780)  # where there is nothing in a page of ours
APP = """
import json, os, sys
from pathlib import Path
from flask import Flask
app = Flask(__name__)
if Path("broken").exists():
    raise ValueError("broken")

@app.route("/")
def index():
    part = Path("part")
    part.write_text(json.dumps(sys.argv[1:]))
    part.rename("shown")
    return "<title>The app</title><h1>hello</h1>"
"""
Open = Callable[..., Program]


@pytest.fixture
def project(write_files: WriteFiles) -> Path:
    return write_files({"app.py": APP})


@pytest.fixture
def open_it(start_program: StartProgram, project: Path, screen: Screen) -> Open:
    """Return a function that opens the app in its window."""

    def run(**options: object) -> Program:
        env = {"DISPLAY": screen.name, "WAYLAND_DISPLAY": "", **options.pop("env", {})}  # type: ignore[dict-item]
        return start_program(project, headless=False, webview="qt", env=env, **options)

    return run


def press(screen: Screen, title: str, tabs: int, done: Callable[[], object], place: Path) -> None:
    """Go to a button of a window by the keyboard and press it, as soon as the page is there to take it."""

    def shows(before: Path) -> bool:
        return differ(before, screen.picture(place / "after.png"))

    def once() -> bool:
        if done():
            return True
        if title not in screen.titles():
            return False
        screen.focus(title)
        screen.click(*BLANK)  # the next Tab goes to the first button
        before = screen.picture(place / "before.png")
        for _ in range(tabs):
            screen.press("Tab")
        with suppress(AssertionError):  # the page was not there yet
            until(lambda: shows(before), seconds=3)
            screen.press("Return")
            until(done, seconds=5)
        return bool(done())

    until(once, seconds=60)


def test_app_that_failed_is_started_again_by_its_button(
    open_it: Open, project: Path, screen: Screen, tmp_path: Path
) -> None:
    (project / "broken").touch()
    program = open_it()
    until(lambda: "failed:" in program.log)
    (project / "broken").unlink()
    press(screen, NAME, 2, (project / "shown").exists, tmp_path)
    assert program.stop(signal.SIGTERM) == 0


def test_question_of_a_second_start_leads_to_the_app_with_the_document(
    open_it: Open, project: Path, screen: Screen, tmp_path: Path
) -> None:
    document = tmp_path / "größe.txt"
    document.touch()
    first = open_it()
    until((project / "shown").exists)
    (project / "shown").unlink()
    second = open_it(launch={"arguments": (str(document),)})
    title = f"{NAME} is open already"
    until(lambda: title in screen.titles(), what=lambda: second.stderr)
    press(screen, title, 1, lambda: title not in screen.titles(), tmp_path)
    assert second.wait() == 0
    until((project / "shown").exists)
    assert json.loads((project / "shown").read_text()) == [str(document)]
    assert first.stop(signal.SIGTERM) == 0


def test_question_that_is_closed_leaves_the_app_as_it_is(
    open_it: Open, project: Path, screen: Screen, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").touch()
    first = open_it()
    until((project / "shown").exists)
    backend = first.backend()
    second = open_it(launch={"arguments": (str(tmp_path / "a.txt"),)})
    title = f"{NAME} is open already"
    until(lambda: title in screen.titles(), what=lambda: second.stderr)
    family = second.note_processes()
    screen.close(title)
    assert second.wait() == 0
    assert left_of(family) == []
    assert backend.is_running()
    assert first.stop(signal.SIGTERM) == 0


def test_program_that_failed_is_quit_by_its_button(
    open_it: Open, project: Path, screen: Screen, tmp_path: Path
) -> None:
    (project / "broken").touch()
    program = open_it()
    until(lambda: "failed:" in program.log)
    everyone = program.note_processes()
    press(screen, NAME, 4, lambda: program.process.poll() is not None, tmp_path)
    assert program.wait() == 6
    assert left_of(everyone) == []
