"""What `launcher share` says, and what it draws."""

from __future__ import annotations

import sys
from typing import Any

import click
import pytest

from launcher.cli import picture, share
from launcher.errors import UsageError
from tests.support.pictures import rows_in, rows_of

LINK = "http://192.168.1.5:20001/.launcher/join?GF6OWF6dQj8bYTQKuBeABreZe3jmFU1hnMeW-LQfSJw"
BEGUN: dict[str, Any] = {
    "event": "shared",
    "link": LINK,
    "address": "192.168.1.5",
    "port": 20001,
    "until": "2026-11-25T03:12:00+01:00",
    "ask": False,
}
GUEST = {"event": "guest", "device": "Chrome on Android", "address": "192.168.1.7", "digits": ""}
HONEST = "On an open Wi-Fi others could listen in."


@pytest.fixture
def terminal() -> share.Terminal:
    return share.Terminal()


def test_picture_is_the_link() -> None:
    wanted = rows_of(LINK)
    assert rows_in(picture.drawn(LINK))[: len(wanted)] == wanted


def test_no_picture_where_nobody_looks_at_a_terminal() -> None:
    assert picture.fitting(LINK) == ""


def test_honest_words_are_said_once(terminal: share.Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    terminal.hear(BEGUN)
    terminal.hear(BEGUN)
    terminal.hear({**BEGUN, "link": "http://192.168.1.5:20001/.launcher/join?next"})
    said = capsys.readouterr().out
    assert said.count(HONEST) == 1
    assert said.startswith("People on this Wi-Fi who have this link can use the app until 03:12.")
    assert said.count(LINK) == 1
    assert said.endswith("The next link:\n\n    http://192.168.1.5:20001/.launcher/join?next\n\n")


def test_who_comes_is_named_and_who_asks_shows_digits(
    terminal: share.Terminal, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LAUNCHER_HEADLESS", raising=False)
    terminal.hear({**GUEST, "what": "asks", "digits": "4711"})
    monkeypatch.setenv("LAUNCHER_HEADLESS", "1")
    terminal.hear({**GUEST, "what": "asks", "digits": "4711"})
    terminal.hear({**GUEST, "what": "joined"})
    who = "Chrome on Android at 192.168.1.7"
    assert capsys.readouterr().out.splitlines() == [
        f"{who} asks to join. It shows 4711: if that is right, allow it in the window.",
        f"{who} asks to join. It shows 4711: if that is right, allow it at your own address above.",
        f"{who} has joined.",
    ]


def test_end_says_why(terminal: share.Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    terminal.hear(BEGUN)
    capsys.readouterr()
    terminal.hear({"event": "unshared", "why": "Sharing has ended after 8 hours."})
    assert terminal.end() is None
    assert capsys.readouterr().out == "Sharing has ended after 8 hours.\n"


def test_end_without_a_word_from_the_app_is_said_too(
    terminal: share.Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.hear(BEGUN)
    terminal.end()
    assert capsys.readouterr().out.endswith("No longer shared: the app is closed.\n")


def test_pipe_that_nobody_reads_ends_nothing(
    terminal: share.Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(text: str) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(click, "echo", broken)
    terminal.hear(BEGUN)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        (["share"], "launcher share --address 10.0.0.2"),
        (["share", "my app.py", "--ask"], "launcher share 'my app.py' --ask --address 10.0.0.2"),
        (["share", "--address", "10.0.0.9", "--ask"], "launcher share --ask --address 10.0.0.2"),
        (["share", "--address=10.0.0.9"], "launcher share --address 10.0.0.2"),
        (["share", ".", "--", "--address", "x"], "launcher share . --address 10.0.0.2 -- --address x"),
    ],
)
def test_several_addresses_are_listed_as_commands(
    typed: list[str], wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["launcher", *typed])
    error = share.impossible({"why": "There are two.", "addresses": [["10.0.0.2", "wlan0"]]})
    assert isinstance(error, UsageError)
    assert error.message == "There are two."
    assert error.todo == f"Say which one:\n    {wanted}    wlan0"


def test_no_address_says_what_to_do(terminal: share.Terminal) -> None:
    terminal.hear({"event": "unshareable", "why": "There is no network.", "addresses": []})
    error = terminal.end()
    assert error is not None
    assert error.exit_code == 2
    assert "Join a Wi-Fi" in error.todo
