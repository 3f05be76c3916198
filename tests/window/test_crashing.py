"""What a window shows after a death: the page, and the second time a word of ours."""

from __future__ import annotations

import pytest

from launcher.window.crashing import AGAIN, Deaths, crashed_page
from launcher.window.rules import Rules

OWN = "http://127.0.0.1:23456"


@pytest.fixture
def deaths() -> Deaths:
    rules = Rules()
    rules.admit(OWN)
    return Deaths("Notes & more", rules)


def test_page_is_loaded_again_once(deaths: Deaths) -> None:
    assert deaths.after(f"{OWN}/a", 0.0) is None
    assert f'href="{OWN}/a"' in (deaths.after(f"{OWN}/a", AGAIN - 1) or "")


def test_page_that_lived_for_a_while_is_loaded_again(deaths: Deaths) -> None:
    assert deaths.after(f"{OWN}/a", 0.0) is None
    assert deaths.after(f"{OWN}/a", AGAIN + 1) is None


def test_page_of_ours_leads_back_to_the_app(deaths: Deaths) -> None:
    assert f'href="{OWN}"' in (deaths.after("launcher:page", 0.0) or "")


def test_name_and_address_are_no_markup() -> None:
    page = crashed_page("<b>", f'{OWN}/?"><script>')
    assert "<b>" not in page.partition("</style>")[2]
    assert "<script>" not in page
