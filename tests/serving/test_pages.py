"""The launcher's own pages say what they must, and take nobody's word for HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import Client

from launcher.serving import pages

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HOSTILE = '</title><script>alert("x")</script>&amp;\'"'
REPORT = {"sentence": "It broke.", "todo": "Mend it.", "details": "line 1\nline 2"}


class Elements(HTMLParser):
    """The elements of a page, with what is in them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open:
            self.text[self._open[-1]] = self.text.get(self._open[-1], "") + data

    def count(self, tag: str) -> int:
        return sum(1 for found, _ in self.found if found == tag)


def test_starting_page_shows_the_name() -> None:
    page = Elements(pages.starting_page("Müller & Söhne"))
    assert page.text["title"] == page.text["h1"] == "Müller & Söhne"
    assert page.text["p"].startswith("is starting")


def test_picture_is_inside_the_page(tmp_path: Path) -> None:
    """The page is shown before anything listens that could be asked for a picture."""
    icon = tmp_path / "icon.png"
    icon.write_bytes(b"\x89PNG picture")
    source = dict(Elements(pages.starting_page("Quiz", icon)).found)["img"]["src"]
    assert source == "data:image/png;base64,iVBORyBwaWN0dXJl"


@pytest.mark.parametrize("icon", [None, Path("/nowhere/icon.png")])
def test_page_without_a_picture_is_whole(icon: Path | None) -> None:
    assert Elements(pages.starting_page("Quiz", icon)).count("img") == 0


def test_failure_page_says_what_happened_in_plain_words_and_folds_the_rest() -> None:
    page = Elements(pages.failure_page("Quiz", REPORT, Path("/logs/app.log")))
    assert page.text["h1"] == "Quiz could not be started"
    assert "it is nothing that you did" in page.text["p"]
    assert "send it to whoever made the app" in page.text["p"]
    assert page.text["pre"] == "It broke.\n\nMend it.\n\nline 1\nline 2"
    assert page.text["button"] == "Copy the report"
    assert "/logs/app.log" in page.text["p"]
    assert dict(page.found)["details"] == {}


def test_failure_page_of_an_app_that_was_there_says_that_it_has_stopped() -> None:
    page = Elements(pages.failure_page("Quiz", REPORT, None, stopped=True))
    assert page.text["title"] == page.text["h1"] == "Quiz has stopped"
    assert "has ended it" in page.text["p"]


def test_failure_page_is_unfolded_for_developers() -> None:
    page = Elements(pages.failure_page("Quiz", REPORT, None, unfolded=True))
    assert dict(page.found)["details"] == {"open": None}


def test_failure_page_has_the_buttons_that_work_where_it_is_shown() -> None:
    def buttons(*commands: str) -> list[str | None]:
        page = Elements(pages.failure_page("Quiz", REPORT, None, commands=commands))
        return [about["href"] for tag, about in page.found if tag == "a"]

    assert buttons() == []
    every = [f"launcher:{command}" for command in ("restart", "open-log", "quit")]
    assert buttons("restart", "open-log", "quit") == every


def test_failure_that_is_told_for_everybody_is_told_as_it_is() -> None:
    report = {"sentence": "There is no room.", "todo": "Make room.", "details": ""}
    page = Elements(pages.failure_page("Quiz", report, None))
    assert page.text["pre"] == "There is no room.\n\nMake room."
    assert page.text["p"] == "There is no room.Make room."


def test_question_page_names_the_documents_and_leads_both_ways() -> None:
    page = Elements(pages.question_page("Quiz", ["größe <1>.txt", "b.txt"]))
    assert page.text["h1"] == "Quiz is open already"
    assert "To open größe <1>.txt and b.txt, it has to start again" in page.text["p"]
    assert [about["href"] for tag, about in page.found if tag == "a"] == ["launcher:restart", "launcher:quit"]


def shown(app: WSGIApplication) -> str:
    return Client(app).get("/").text


def all_pages(name: str, text: str) -> Iterable[str]:
    report = {"sentence": text, "todo": text, "details": text}
    yield pages.starting_page(name)
    yield pages.failure_page(name, report, Path(text.replace("\0", "")), commands=["quit"])
    yield pages.question_page(name, [text])
    yield shown(pages.starting(name))
    yield shown(pages.control(name))
    yield shown(pages.control(name, share="/share"))
    yield Client(pages.quit_page(name, lambda: None)).post("/").text


def test_names_and_messages_are_never_taken_for_html() -> None:
    plain = [Elements(page) for page in all_pages("Quiz", "It broke.")]
    hostile = [Elements(page) for page in all_pages(HOSTILE, HOSTILE)]
    for before, after in zip(plain, hostile, strict=True):
        assert [tag for tag, _ in after.found] == [tag for tag, _ in before.found]
        assert HOSTILE in after.text["title"]


def test_pages_ask_nobody_for_anything() -> None:
    """They must look right without a network, and before the app listens."""
    for page in all_pages("Quiz", "It broke."):
        assert not re.search(r"https?:|url\(|<link|@import| src=\"/", page)
        assert page.count('lang="en"') == 1


def test_server_says_that_the_app_is_starting_until_it_is_there() -> None:
    client = Client(pages.starting("Quiz"))
    found = client.get("/some/deep/link")
    assert found.status_code == 503
    assert found.headers["Retry-After"] == "1"
    assert found.headers["Cache-Control"] == "no-store"
    # Without an address: the one that was asked for is asked again.
    assert '<meta http-equiv="refresh" content="1">' in found.text
    assert client.head("/").data == b""


def test_start_that_takes_long_is_said_with_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may never end, and a page that says nothing else would be all that its user ever sees."""
    starting = pages.starting("Quiz", Path("/logs/app.log"))
    assert "longer than usual" not in shown(starting)
    monkeypatch.setattr(pages, "LATE", 0)
    for page in (shown(starting), pages.starting_page("Quiz", None, Path("/logs/app.log"))):
        assert "longer than usual" in page and "/logs/app.log" in page


def test_control_page_leads_into_the_app_and_out() -> None:
    page = Elements(shown(pages.control("Quiz")))
    found: dict[str, Any] = dict(page.found)
    assert found["a"]["href"] == "/"
    assert (found["form"]["method"], found["form"]["action"]) == ("post", pages.QUIT)
    assert "Share" not in page.text["a"]


def test_control_page_leads_to_where_the_app_is_shared() -> None:
    page = Elements(shown(pages.control("Quiz", share="/share")))
    links = [(about["href"], about["target"]) for tag, about in page.found if tag == "a"]
    assert links == [("/", "_blank"), ("/share", "_blank")]
    assert "Share on this Wi-Fi" in page.text["a"]


def test_quitting_takes_a_post() -> None:
    quits: list[str] = []
    client = Client(pages.quit_page("Quiz", lambda: quits.append("now")))
    refused = client.get("/")
    assert (refused.status_code, refused.headers["Allow"], quits) == (405, "POST", [])
    assert "Quiz has ended" in client.post("/").text
    assert quits == ["now"]
