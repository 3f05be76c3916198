"""What becomes of an address that a page leads to: the window, the browser, a command, or a line."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import pytest

from launcher.paths import AppFolders
from launcher.project.manifest import Manifest
from launcher.project.target import Target
from launcher.window import Opening
from launcher.window.leading import Leading
from launcher.window.rules import Rules

OWN = "http://127.0.0.1:23456"


@pytest.fixture
def told() -> dict[str, list[str]]:
    return {"outside": [], "asked": [], "noted": []}


@pytest.fixture
def leading(told: dict[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Leading:
    monkeypatch.setattr(webbrowser, "open", told["outside"].append)
    rules = Rules()
    rules.admit(OWN)
    opening = Opening(
        manifest=Manifest("Notes", "org.example.notes", "1", Target(None, "app.py", None, ".", "a test")),
        folders=AppFolders(tmp_path),
        icon=None,
        page="",
        opened=lambda screen: None,
        outside=lambda name: None,
        asked=told["asked"].append,
        note=told["noted"].append,
    )
    return Leading(rules, opening)


def test_own_origin_stays_and_nobody_is_told(leading: Leading, told: dict[str, list[str]]) -> None:
    assert leading.stays(f"{OWN}/a")
    assert told == {"outside": [], "asked": [], "noted": []}


def test_other_site_is_opened_outside_once(leading: Leading, told: dict[str, list[str]]) -> None:
    assert not leading.stays("https://example.org/a?b=c")
    assert told == {"outside": ["https://example.org/a?b=c"], "asked": [], "noted": []}


def test_command_of_our_own_page_is_asked_for(leading: Leading, told: dict[str, list[str]]) -> None:
    assert not leading.stays("launcher:quit", from_own_page=True)
    assert told == {"outside": [], "asked": ["quit"], "noted": []}


def test_rest_is_noted_without_its_secrets(leading: Leading, told: dict[str, list[str]]) -> None:
    assert not leading.stays("ms-msdt:/id?secret")
    assert told == {"outside": [], "asked": [], "noted": ["a page was not let to ms-msdt:/id"]}
