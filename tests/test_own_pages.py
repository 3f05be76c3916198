"""The pages of ours that a program shows: buttons only where they lead to the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher.launch import Launch
from launcher.own_pages import OwnPages

TOLD = {"sentence": "It broke.", "todo": "Mend it.", "details": ""}


@pytest.fixture
def own() -> OwnPages:
    return OwnPages("Quiz", Launch(Path(), Path(), ()), Path("/logs/app.log"))


def test_starting_page_names_the_app(own: OwnPages) -> None:
    assert "Quiz" in own.starting()
    assert "is starting" in own.starting()


@pytest.mark.parametrize(("in_browser", "buttons"), [(False, 3), (True, 0)])
def test_failure_has_buttons_where_they_lead_to_the_program(
    own: OwnPages, in_browser: bool, buttons: int
) -> None:
    page = own.failure(TOLD, has_stopped=True, in_browser=in_browser)
    assert "Quiz has stopped" in page
    assert "It broke." in page
    assert page.count('href="launcher:') == buttons
