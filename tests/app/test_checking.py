"""Asking the launcher what it would package."""

from __future__ import annotations

import shutil

from .conftest import MakePage


def test_report_is_shown_with_every_text_escaped(make_page: MakePage) -> None:
    """A project's texts are never markup."""
    page = make_page()
    shown = page.client.post(f"{page.address}/check")
    assert shown.status_code == 200
    assert "quiz:app" in shown.text and "61 MB" in shown.text and "5 smaller ones" in shown.text
    assert "&lt;script&gt;alert(1)" in shown.text and "<script>" not in shown.text


def test_hostile_name_is_escaped_everywhere(make_page: MakePage) -> None:
    """Also in the attributes and in the list of projects."""
    page = make_page()
    hostile = '"><img src=x onerror=alert(1)>'
    page.studio.projects.rename(page.key, hostile)
    for address in (page.address, "/"):
        assert "<img src=x" not in page.client.get(address).text


def test_name_that_was_found_is_kept(make_page: MakePage) -> None:
    """The list of projects shows it."""
    page = make_page()
    page.client.post(f"{page.address}/check")
    assert "Quiz Night" in page.client.get("/").text


def test_several_apps_are_a_question(make_page: MakePage) -> None:
    """The chosen one is remembered, and can be forgotten."""
    page = make_page("several")
    asked = page.client.post(f"{page.address}/check").text
    assert 'data-target="quiz:create_app()"' in asked
    chosen = page.client.post(f"{page.address}/check", data={"target": "quiz:create_app()"}).text
    assert "<code>quiz:create_app()</code>" in chosen
    again = page.client.post(f"{page.address}/check").text
    assert "<code>quiz:create_app()</code>" in again
    assert "data-target" in page.client.post(f"{page.address}/check", data={"target": ""}).text


def test_target_that_is_none_is_refused(make_page: MakePage) -> None:
    """It would be handed to another program."""
    page = make_page()
    for target in ("a\0b", "a:b\nc", "x" * 301):
        answer = page.client.post(f"{page.address}/check", data={"target": target})
        assert answer.status_code == 400


def test_answer_that_cannot_be_read_is_shown_word_for_word(make_page: MakePage) -> None:
    """With the code, escaped."""
    page = make_page("garbled")
    shown = page.client.post(f"{page.address}/check").text
    assert "ended with code 1" in shown and "&lt;b&gt;oops" in shown


def test_check_that_hangs_is_ended(make_page: MakePage) -> None:
    """After its time; nothing is left running."""
    page = make_page("hanging", CHECK_SECONDS=0.5)
    assert "not done after" in page.client.post(f"{page.address}/check").text
    assert page.studio.children.count() == 0


def test_folder_that_was_moved_is_said(make_page: MakePage) -> None:
    """The list may be older than the disk."""
    page = make_page()
    shutil.rmtree(page.project)
    assert "is not there" in page.client.post(f"{page.address}/check").text


def test_launcher_that_is_missing_is_said_plainly(make_page: MakePage) -> None:
    """With the line that installs it."""
    page = make_page(LAUNCHER_COMMAND=["/nowhere/launcher"])
    shown = page.client.post(f"{page.address}/check").text
    assert "pip install flask-launcher" in shown
