"""Windows that pages of the real Qt window open: ours, with the same session and the same rules."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.processes import left_of
from tests.support.waiting import until

pytest.importorskip("Xlib", reason="looks at windows as X shows them", exc_type=ImportError)
pytest.importorskip("PySide6.QtWebEngineCore", reason="opens Qt's window", exc_type=ImportError)

from tests.support.screens import Screen
from tests.support.windows import NAME, Elsewhere, Window, serving_elsewhere, window_of

pytestmark = pytest.mark.window

CODE = """
@app.route("/file")
def file():
    return Response(b"1;2", headers={"Content-Disposition": "attachment; filename=numbers.csv"})

@app.route("/.who")
def who():
    return request.cookies.get("who", "nobody")
"""
LINK = (
    "Object.assign(document.body.appendChild(document.createElement('a')),"
    " {href: '%s', target: '_blank', rel: '%s'}).click()"
)


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    with serving_elsewhere() as made:
        yield made


@pytest.fixture
def window(screen: Screen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    with window_of(screen, tmp_path_factory.mktemp("popups"), CODE) as made:
        made.run("document.cookie = 'who=me'")
        yield made


@pytest.mark.parametrize("how", ["a link", "a link that hides its opener", "a script"])
def test_own_page_opens_in_a_second_window_with_the_same_session(window: Window, how: str) -> None:
    hidden = "noopener" if "hides" in how else ""
    window.do("void window.open('/second')" if how == "a script" else LINK % ("/second", hidden))
    assert window.run("fetch('/.who').then(answer => answer.text())", "/second") == "me"
    until(lambda: sorted(two(window)) == [f"At /second - {NAME}", NAME], what=window.screen.titles)
    window.do("window.close()" if how == "a script" else "location = '/third'", "/second")
    if how == "a script":
        until(lambda: window.screen.titles() == [NAME])
    else:
        assert window.run("location.pathname", "/third") == "/third"
    assert window.outside() == []


def two(window: Window) -> list[str]:
    found = window.screen.titles()
    return found if len(found) == 2 else []


def test_second_window_obeys_the_same_rules(window: Window, elsewhere: Elsewhere) -> None:
    elsewhere.asked.clear()
    window.do(LINK % ("/second", ""))
    window.do(f"location = '{elsewhere.origin}/page'", "/second")
    assert until(window.outside) == [f"{elsewhere.origin}/page"]
    window.do("location = 'file:///etc/passwd'", "/second")
    assert window.run("location.pathname", "/second") == "/second"
    assert window.run("typeof window.pywebview + typeof window.qt", "/second") == "undefinedundefined"
    assert elsewhere.asked == []


def test_page_writes_into_the_window_that_it_opened(window: Window) -> None:
    window.run("void (window.other = window.open('', '', 'width=400,height=300'))")
    window.run("void other.document.write('<title>Hi</title>hello')")
    until(lambda: f"Hi - {NAME}" in window.screen.titles())
    assert window.run("other.document.body.innerText") == "hello"
    window.run("other.close()")
    until(lambda: window.screen.titles() == [NAME])


def test_window_that_turns_out_to_lead_outside_is_not_left(
    window: Window, elsewhere: Elsewhere
) -> None:
    window.do(f"window.open('').location = '{elsewhere.origin}/page'")
    assert until(window.outside) == [f"{elsewhere.origin}/page"]
    until(lambda: window.screen.titles() == [NAME])


@pytest.mark.parametrize("how", ["a link", "a script", "an empty window"])
def test_download_in_a_new_window_leaves_none(window: Window, how: str) -> None:
    script = {
        "a link": LINK % ("/file", ""),
        "a script": "window.open('/file')",
        "an empty window": "window.open('').location = '/file'",
    }[how]
    window.do(script)
    until(lambda: "Save" in window.screen.titles())
    until(lambda: window.screen.titles() == ["Save", NAME])
    window.screen.focus("Save")
    window.key("Return")
    until((window.downloads / "numbers.csv").exists)
    assert (window.downloads / "numbers.csv").read_bytes() == b"1;2"
    until(lambda: window.screen.titles() == [NAME])


def test_second_window_closes_with_the_program(window: Window) -> None:
    window.do(LINK % ("/second", ""))
    window.run("1", "/second")
    until(lambda: two(window))
    everyone = window.program.note_processes()
    window.screen.close(NAME)
    assert left_of(everyone) == []
    assert window.program.wait() == 0
    assert window.screen.titles() == []
