"""Opening what was built."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from .conftest import MakePage, Page
from .waiting import until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs here are scripts")


@pytest.fixture
def built(make_page: MakePage) -> Page:
    """A project that was built once."""
    page = make_page()
    list(page.follow(page.build(name="Quiz")))
    return page


def test_built_program_is_started(built: Page) -> None:
    """By the path that the launcher told, never by one that a page sends."""
    answer = built.client.post(f"{built.address}/start", data={"program": "/bin/false"})
    assert answer.json is not None and answer.json["ok"]
    assert until((built.project / "dist/Quiz/Quiz.was-started").exists)


def test_program_that_fails_at_once_is_said(built: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is silent."""
    monkeypatch.setenv("STAND_IN_EXIT", "7")
    answer = built.client.post(f"{built.address}/start")
    assert answer.status_code == 409
    assert answer.json is not None and "ended with code 7" in answer.json["message"]


def test_program_that_was_removed_is_said(built: Page) -> None:
    """The disk may have changed since."""
    (built.project / "dist/Quiz/Quiz").unlink()
    answer = built.client.post(f"{built.address}/start")
    assert answer.json is not None and "not there any more" in answer.json["message"]


def test_nothing_built_is_said(make_page: MakePage) -> None:
    """There is nothing to open."""
    page = make_page()
    assert page.client.post(f"{page.address}/reveal").status_code == 409


@pytest.mark.skipif(sys.platform != "linux", reason="xdg-open is Linux's")
def test_folder_is_shown_in_the_file_manager(
    built: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program's own folder."""
    tool = tmp_path / "bin" / "xdg-open"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\nprintf %s "$1" > "{tmp_path}/shown"\n')
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tool.parent))
    assert built.client.post(f"{built.address}/reveal").status_code == 200
    assert (tmp_path / "shown").read_text() == str(built.project / "dist/Quiz")


@pytest.mark.skipif(sys.platform != "linux", reason="xdg-open is Linux's")
def test_without_a_file_manager_the_path_is_said(
    built: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can be typed then."""
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = built.client.post(f"{built.address}/reveal")
    assert answer.json is not None and str(built.project / "dist/Quiz") in answer.json["message"]
