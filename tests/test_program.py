"""What a program makes of its backend's events before and after there is a window."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import host
from launcher.launch import Launch
from launcher.paths import AppFolders
from launcher.program import Program
from launcher.project.manifest import Manifest
from launcher.project.target import Target
from launcher.sharing import SHARE
from tests.support.noting import Window
from tests.support.waiting import until


@pytest.fixture
def program(folders: AppFolders, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    """A program that was not run: nothing is behind it but the events of the test."""
    monkeypatch.delenv("LAUNCHER_HEADLESS", raising=False)
    manifest = Manifest("Quiz", "org.example.quiz", "1", Target("quiz", None, "app", ".", "a test"))
    launch = Launch(Path("launcher.json"), Path(), ("backend",))
    made = Program(launch, manifest, folders, lambda line: None)
    yield made
    made.log.close()


READY = {"event": "ready", "url": "http://127.0.0.1:20000/.launcher/enter?ticket"}
FAILED = {"event": "failed", "sentence": "It broke.", "todo": "", "details": ""}
ORDERS: dict[str, tuple[list[dict[str, str]], list[str]]] = {
    "the app is ready": ([READY], [READY["url"]]),
    "the app is ready and a second start knocks": ([READY, {"event": "raise"}], [READY["url"]]),
    "the app fails": ([FAILED], ["a page of ours"]),
    "the app fails before the way in that was asked for is there": (
        [FAILED, {"event": "entry", "url": "http://127.0.0.1:20000/.launcher/enter?late"}],
        ["a page of ours"],
    ),
    "the app fails after it was ready": ([READY, FAILED], ["a page of ours"]),
    "nothing happened": ([], []),
}


@pytest.mark.parametrize("case", ORDERS)
def test_window_shows_the_last_word_when_it_opens_after(program: Program, case: str) -> None:
    events, shown = ORDERS[case]
    window = Window()
    for event in events:
        program._on_event(event)
    program.showing.opened(window)
    assert window.asked == shown


def test_window_that_is_open_is_asked_at_once(program: Program) -> None:
    window = Window()
    program.showing.opened(window)
    for event in (READY, {"event": "raise"}, FAILED):
        program._on_event(event)
    assert window.asked == [READY["url"], "come forward", "a page of ours"]


@pytest.mark.parametrize(
    ("place", "following"),
    [("/", ""), ("/notes?page=2", "&next=/notes%3Fpage%3D2"), ("/süß", "&next=/s%C3%BC%C3%9F")],
)
def test_window_comes_back_to_the_place_that_was_looked_at(
    program: Program, place: str, following: str
) -> None:
    window = Window(place)
    program.showing.opened(window)
    program._on_event(READY)
    assert window.asked == [READY["url"] + following]


def test_window_that_comes_after_the_end_is_closed(program: Program) -> None:
    window = Window()
    program._on_event(READY)
    program._close()
    program.showing.opened(window)
    assert window.asked == ["close"]


def test_death_after_the_failure_was_told_adds_nothing(
    program: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    window = Window()
    program.showing.opened(window)
    program._on_event(FAILED)
    program._on_event({"event": "ended", "code": 6})
    assert window.asked == ["a page of ours"]
    assert program.code == 6
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(not host.LINUX, reason="stands in for xdg-open by a shell script")
def test_buttons_of_a_failure_do_what_they_say(program: Program, tmp_path: Path) -> None:
    opener = tmp_path / "xdg-open"
    opener.write_text(
        f'#!/bin/sh\necho "$1" > "{tmp_path}/part"\n/bin/mv "{tmp_path}/part" "{tmp_path}/opened"\n'
    )
    opener.chmod(0o755)
    program._environ["PATH"] = str(tmp_path)
    window = Window()
    program.showing.opened(window)
    program._on_event(FAILED)
    program._asked("open-log")
    until((tmp_path / "opened").exists)
    assert (tmp_path / "opened").read_text() == f"{program.folders.logs}\n"
    program._asked("quit")
    assert program.over.is_set()
    until(lambda: window.asked == ["a page of ours", "close"])


@pytest.mark.skipif(not host.LINUX, reason="takes xdg-open away")
def test_machine_that_shows_no_folders_notes_it_and_goes_on(program: Program, tmp_path: Path) -> None:
    program._environ["PATH"] = str(tmp_path)
    program._asked("open-log")
    assert "the folder logs cannot be shown" in program.log.tail()


def test_app_that_runs_is_not_started_again_by_a_button(program: Program) -> None:
    window = Window()
    program.showing.opened(window)
    program._on_event(READY)
    program._asked("restart")
    assert window.asked == [READY["url"]]


def test_menu_of_a_running_app_leads_to_the_page_to_share_by(program: Program) -> None:
    window = Window()
    program.showing.opened(window)
    program._on_event(READY)
    program._asked("share")
    assert window.asked == [READY["url"], f"http://127.0.0.1:20000{SHARE}"]


def test_menu_of_an_app_that_starts_is_obeyed_when_it_answers(program: Program) -> None:
    window = Window()
    program.showing.opened(window)
    program._asked("share")
    assert window.asked == []
    program._on_event(READY)
    assert window.asked == [f"{READY['url']}&next={SHARE}"]


def test_menu_of_an_app_that_failed_starts_it_again(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = threading.Event()
    monkeypatch.setattr(program, "restart", again.set)  # no backend is behind it
    window = Window()
    program.showing.opened(window)
    program._on_event(FAILED)
    program._asked("share")
    assert again.wait(30)
    assert window.asked == ["a page of ours", "a page of ours"], "it failed, and it is starting"
    program._on_event(READY)
    assert window.asked[2:] == [f"{READY['url']}&next={SHARE}"]
