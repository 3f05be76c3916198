"""The pages, their forms and what they refuse."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from .conftest import MakePage


def test_first_page_is_friendly_when_empty(make_page: MakePage) -> None:
    """One way on, and what will happen."""
    page = make_page()
    page.client.post(f"{page.address}/forget")
    shown = page.client.get("/")
    assert "Open a project folder" in shown.text and "Turn a Flask project" in shown.text


def test_first_page_lists_projects(make_page: MakePage) -> None:
    """With the folder, and a way to take one off."""
    page = make_page()
    shown = page.client.get("/").text
    assert str(page.project) in shown and f"{page.address}/forget" in shown


@pytest.mark.parametrize("address", ["/", "/help", "/open/home"])
def test_pages_answer_the_same_twice(make_page: MakePage, address: str) -> None:
    """Nothing on them varies without a reason, and nothing comes from elsewhere."""
    page = make_page()
    first = page.client.get(address)
    assert first.status_code == 200
    assert first.data == page.client.get(address).data
    assert "http://" not in first.text and "https://" not in first.text


def test_no_page_holds_a_script_of_its_own(make_page: MakePage) -> None:
    """So the content policy can forbid them."""
    page = make_page()
    build = page.build()
    list(page.follow(build))
    for address in ("/", "/help", "/open/home", page.address, build):
        answer = page.client.get(address)
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "<script>" not in answer.text and " style=" not in answer.text
        assert answer.text.count("<script") == answer.text.count('<script type="module" src=')


@pytest.mark.parametrize(
    "address",
    ["/projects", "{p}/check", "{p}/forget", "{p}/start", "{p}/reveal", "{p}/builds", "{b}/cancel"],
)
def test_actions_are_posts(make_page: MakePage, address: str) -> None:
    """A link or a picture on another page can do nothing here."""
    page = make_page()
    build = page.build()
    answer = page.client.get(address.format(p=page.address, b=build))
    assert answer.status_code == 405


def test_folders_are_shown_and_opened(make_page: MakePage) -> None:
    """The project in the list has its own button."""
    page = make_page()
    shown = page.client.get("/open/home", query_string={"path": str(page.project.parent)})
    assert 'aria-label="Open quiz"' in shown.text
    opened = page.client.post("/projects", data={"path": str(page.project)})
    assert opened.headers["Location"] == page.address


def test_wrong_path_stays_in_the_field(make_page: MakePage) -> None:
    """With the sentence that says what is wrong with it."""
    page = make_page()
    shown = page.client.get("/open/home", query_string={"path": "/no/<b>such"})
    assert shown.status_code == 404
    assert 'value="/no/&lt;b&gt;such"' in shown.text and 'role="alert"' in shown.text


@pytest.mark.parametrize("path", ["", "  ", "/no/such/folder"])
def test_opening_nothing_is_refused(make_page: MakePage, path: str) -> None:
    """In a sentence."""
    assert make_page().client.post("/projects", data={"path": path}).status_code == 400


@pytest.mark.parametrize(
    "address", ["/projects/zzz", "/builds/zzz", "/builds/zzz/events", "/open/x"]
)
def test_unknown_things_are_not_found(make_page: MakePage, address: str) -> None:
    """With a way back."""
    answer = make_page().client.get(address)
    assert answer.status_code == 404 and "Back to your projects" in answer.text


def test_chosen_icon_is_handed_on(make_page: MakePage) -> None:
    """As a file of Studio's own; what is no picture is refused."""
    page = make_page()
    page.build(icon=(io.BytesIO(b"\x89PNG"), "../../My Icon.PNG"))
    kept = page.studio.icons / f"{page.key}.png"
    assert kept.read_bytes() == b"\x89PNG"
    script = {"icon": (io.BytesIO(b"#!/bin/sh"), "icon.sh")}
    assert page.client.post(f"{page.address}/builds", data=script).status_code == 400


@pytest.mark.parametrize("name", ["x" * 101, "a\u202eb", "a\x1bb"])
def test_unusable_name_is_refused(make_page: MakePage, name: str) -> None:
    """Before anything is started."""
    page = make_page()
    assert page.client.post(f"{page.address}/builds", data={"name": name}).status_code == 400


def test_icon_of_the_project_is_shown_without_its_scripts(make_page: MakePage) -> None:
    """A drawing is a document that could run some."""
    page = make_page()
    assert page.client.get(f"{page.address}/icon").status_code == 404
    picture = page.project / "icon.svg"
    picture.write_text("<svg/>")
    page.studio.pictures[page.key] = picture
    with page.client.get(f"{page.address}/icon") as answer:
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    page.studio.pictures[page.key] = Path("/etc/passwd")
    assert page.client.get(f"{page.address}/icon").status_code == 404


def test_failed_action_answers_a_script_in_json(make_page: MakePage) -> None:
    """The page that asked shows the sentence where it stands."""
    answer = make_page().client.post("/projects/zzz/start", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.json is not None and not answer.json["ok"]
