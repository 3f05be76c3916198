"""What a program makes of being shared: where its window is led, and what stands in its title."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from launcher.launch import Launch
from launcher.logs import Log
from launcher.shared import ASKED, ENDED, SHARED, Shared, sentence_of
from launcher.sharing import SHARE
from launcher.showing import Showing
from tests.support.noting import Window

ENTRY = "http://127.0.0.1:20000/.launcher/enter?ticket"
BEGUN = {
    "event": "shared",
    "link": "http://192.168.1.5:20001/.launcher/join?secret",
    "address": "192.168.1.5",
    "port": 20001,
    "until": "2026-11-25T03:12:00+01:00",
    "ask": False,
}
GUEST = {"event": "guest", "device": "Chrome on Android", "address": "192.168.1.7", "digits": ""}
ASKS = {**GUEST, "what": "asks", "digits": "4711"}
JOINED = {**ASKS, "what": "joined"}
REFUSED = {**ASKS, "what": "refused"}
OVER = {"event": "unshared", "why": "Sharing has ended after 8 hours.", "asked": False, "watched": False}


@dataclass
class Side:
    """The program's side of a sharing, and what it did."""

    log: Log
    told: list[Any] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)

    def of(self, share: dict[str, Any] | None = None) -> Shared:
        launch = Launch(Path(), Path(), (), share=share, told=self.told.append)
        self.showing = Showing(launch, self.log, threading.Event(), threading.RLock())
        return Shared(launch, self.log, self.showing, command=self.commands.append, end=self.ended.append)


@pytest.fixture
def side(tmp_path: Path) -> Iterator[Side]:
    log = Log(tmp_path / "app.log")
    yield Side(log)
    log.close()


def test_way_in_leads_to_the_page_once_where_it_is_wanted(side: Side) -> None:
    shared = side.of({})
    assert shared.way(ENTRY, "/notes?page=2") == f"{ENTRY}&next={SHARE}"
    assert shared.way(ENTRY, "/notes?page=2") == f"{ENTRY}&next=/notes%3Fpage%3D2"
    assert shared.way(ENTRY) == ENTRY


def test_way_in_that_leads_somewhere_already_is_left_as_it_is(side: Side) -> None:
    shared = side.of({})
    assert shared.way(f"{ENTRY}&next=/back") == f"{ENTRY}&next=/back"
    assert shared.way(ENTRY) == f"{ENTRY}&next={SHARE}"


def test_window_is_led_to_the_page_at_once_or_when_the_app_answers(side: Side) -> None:
    shared, window = side.of(), Window()
    side.showing.opened(window)
    shared.show_page(ENTRY)
    assert window.asked == [f"http://127.0.0.1:20000{SHARE}"]
    assert shared.way(ENTRY) == ENTRY
    shared.show_page("")
    assert len(window.asked) == 1
    assert shared.way(ENTRY) == f"{ENTRY}&next={SHARE}"


@pytest.mark.parametrize(
    ("place", "marks"),
    [
        ("/", [SHARED, ASKED, SHARED, ENDED]),
        (SHARE, [SHARED, SHARED, SHARED, ""]),
    ],
    ids=["at the app", "at the page to share by"],
)
def test_title_says_what_the_page_in_the_window_does_not(side: Side, place: str, marks: list[str]) -> None:
    shared, window = side.of(), Window(place)
    side.showing.opened(window)
    window.marks.clear()
    for message in (BEGUN, ASKS, JOINED, OVER):
        shared.hear(message)
    assert window.marks == marks
    assert window.asked == [], "whatever the user was doing there he still does"
    assert side.told == [BEGUN, ASKS, JOINED, OVER]


@pytest.mark.parametrize("how", ["asked", "watched"])
@pytest.mark.parametrize("in_browser", [False, True], ids=["window", "browser"])
def test_end_that_the_owner_knows_of_is_no_news(side: Side, how: str, in_browser: bool) -> None:
    shared, window = side.of(), Window()
    side.showing.opened(window)
    side.showing.in_browser = in_browser
    shared.hear(BEGUN)
    shared.hear({**OVER, how: True})
    assert window.marks[-1] == "" and side.commands == []


@pytest.mark.parametrize("answer", [REFUSED, JOINED], ids=["refused", "joined"])
def test_title_says_that_somebody_asks_until_all_are_answered(side: Side, answer: dict[str, Any]) -> None:
    shared, window = side.of(), Window()
    side.showing.opened(window)
    other = {**ASKS, "digits": "0815"}
    for message in (BEGUN, ASKS, other, BEGUN, answer):
        shared.hear(message)
        assert window.marks[-1] == (SHARED if message is BEGUN and len(window.marks) == 2 else ASKED)
    shared.hear({**answer, "digits": "0815"})
    assert window.marks[-1] == SHARED
    shared.hear(ASKS)
    shared.begin()
    shared.hear(BEGUN)
    assert window.marks[-1] == SHARED, "who asked a backend that is gone asks no more"


def test_word_in_the_title_is_gone_when_the_page_was_looked_at(side: Side) -> None:
    shared, window = side.of(), Window()
    side.showing.opened(window)
    shared.hear(BEGUN)
    shared.hear(OVER)
    shared.show_page(ENTRY)
    assert window.marks[-2:] == [ENDED, ""]


def test_window_that_comes_later_says_so_too(side: Side) -> None:
    shared, window = side.of(), Window()
    shared.hear(BEGUN)
    side.showing.opened(window)
    assert window.marks == [SHARED]


def test_backend_that_begins_shares_nothing_yet(side: Side) -> None:
    shared, window = side.of(), Window()
    side.showing.opened(window)
    shared.hear(BEGUN)
    shared.begin()
    assert window.marks[-1] == ""


def test_in_a_browser_an_end_opens_the_page_beside_the_app(side: Side) -> None:
    shared = side.of()
    side.showing.opened(Window())
    side.showing.in_browser = True
    shared.hear(BEGUN)
    shared.hear(OVER)
    assert side.commands == ["entry"]
    assert shared.way(ENTRY) == f"{ENTRY}&next={SHARE}"


def test_what_cannot_be_shared_ends_the_program(side: Side) -> None:
    side.of({}).hear({"event": "unshareable", "why": "There are two.", "addresses": []})
    assert side.ended == [2]


def test_log_tells_it_without_what_lets_anybody_in(side: Side) -> None:
    shared = side.of()
    for message in (BEGUN, {**BEGUN, "link": "http://another"}, ASKS, JOINED, OVER):
        shared.hear(message)
    lines = [line.partition("launcher: ")[2] for line in side.log.tail().splitlines()]
    assert lines == [
        "Shared at 192.168.1.5:20001 until 03:12.",
        "Chrome on Android at 192.168.1.7 asks to join.",
        "Chrome on Android at 192.168.1.7 has joined.",
        "Sharing has ended after 8 hours.",
    ]


def test_device_cannot_write_what_a_terminal_would_obey(side: Side) -> None:
    said = sentence_of({**JOINED, "device": "\x1b[2Jmine\r\n"})
    assert said == "[2Jmine at 192.168.1.7 has joined."
