"""What a page's message becomes: an exact name out of one table, or a refusal that tells nothing."""

from __future__ import annotations

import json
import queue
from typing import Any

import pytest

pytest.importorskip("webview", reason="pywebview's window is what the calls are made of")

from launcher.window.calls import LONGEST, Calls
from launcher.window.rules import Rules

OWN = "http://127.0.0.1:23456"


class Window:
    """The part of pywebview's window that the calls use."""

    def __init__(self) -> None:
        self.titles: list[str] = []
        self.chosen: Any = ("/home/me/a file.txt",)

    def set_title(self, title: str) -> None:
        self.titles.append(title)

    def minimize(self) -> None:
        raise OSError("a secret of the machine's")

    def create_file_dialog(self, kind: Any, **options: Any) -> Any:
        return self.chosen


@pytest.fixture
def window() -> Window:
    return Window()


@pytest.fixture
def calls(window: Window) -> Calls:
    rules = Rules(calls=["set-title", "minimize", "choose-file", "choose-folder", "save-file"])
    rules.admit(OWN)
    return Calls(rules, window)


def answer(calls: Calls, name: Any, value: Any = None, url: str = OWN + "/page") -> Any:
    answers: queue.Queue[str] = queue.Queue()
    calls.take(json.dumps({"id": 7, "name": name, "value": value}), url, answers.put)
    told = json.loads(answers.get(timeout=30))
    assert told.pop("id") == 7
    return told


def test_call_is_done_and_answered(calls: Calls, window: Window) -> None:
    assert answer(calls, "set-title", " Notes\nof today ") == {"value": None}
    assert window.titles == ["Notesof today"]
    assert answer(calls, "choose-file") == {"value": ["/home/me/a file.txt"]}
    assert answer(calls, "choose-folder") == {"value": "/home/me/a file.txt"}
    assert answer(calls, "save-file", "a.txt") == {"value": "/home/me/a file.txt"}


def test_dialog_that_was_left_is_no_path(calls: Calls, window: Window) -> None:
    window.chosen = None
    assert answer(calls, "choose-file", True) == {"value": []}
    assert answer(calls, "choose-folder") == {"value": None}
    assert answer(calls, "save-file") == {"value": None}


@pytest.mark.parametrize("url", ["https://example.org/", "http://127.0.0.1:23457/", "launcher:page", ""])
def test_only_the_own_origin_calls(calls: Calls, window: Window, url: str) -> None:
    assert answer(calls, "set-title", "x", url) == {"error": "not allowed"}
    assert window.titles == []


@pytest.mark.parametrize("name", ["full-screen", "set_title", "__class__.__init__", "x.y.z", "Set-Title", ""])
def test_only_what_the_project_names_is_called(calls: Calls, name: str) -> None:
    assert answer(calls, name) == {"error": "not allowed"}


@pytest.mark.parametrize("name", ["../up", "a/b", "a\\b", 3, ["x"]])
def test_name_for_a_file_is_a_name(calls: Calls, name: Any) -> None:
    assert answer(calls, "save-file", name) == {"error": "wrong value"}


def test_failure_tells_the_page_nothing_of_the_machine(calls: Calls) -> None:
    assert answer(calls, "minimize") == {"error": "it could not be done"}


@pytest.mark.parametrize(
    "message",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"id": 1, "name": "set-title"}',
        '{"id": true, "name": "set-title", "value": "x"}',
        '{"id": "1", "name": "set-title", "value": "x"}',
        '{"id": 1, "name": ["set-title"], "value": "x"}',
        "[" * 90_000,
        '{"id": 1, "name": "set-title", "value": "' + "x" * LONGEST + '"}',
    ],
)
def test_message_that_is_none_is_not_answered(calls: Calls, window: Window, message: str) -> None:
    answers: list[str] = []
    calls.take(message, OWN, answers.append)
    assert (answers, window.titles) == ([], [])
