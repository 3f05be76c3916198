"""Downloads in the real Qt window: where to is asked, and a file is there whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.waiting import until

pytest.importorskip("Xlib", reason="looks at windows as X shows them", exc_type=ImportError)
pytest.importorskip("PySide6.QtWebEngineCore", reason="opens Qt's window", exc_type=ImportError)

from tests.support.screens import Screen
from tests.support.windows import NAME, Window, window_of

pytestmark = pytest.mark.window

BYTES = bytes(range(256)) * 3000
CODE = """
import time
from urllib.parse import quote
BYTES = bytes(range(256)) * 3000
GATE = os.path.join(FOLDER, "gate")

def attached(data, name):
    return Response(data, headers={"Content-Disposition": "attachment; filename*=UTF-8''" + quote(name)})

@app.route("/file/<path:name>")
def file(name):
    return attached(BYTES, name)

@app.post("/export")
def export():
    return attached(("asked for " + request.form["what"]).encode(), "export.txt")

@app.route("/slow")
def slow():
    def parts():
        yield BYTES
        while not os.path.exists(GATE):
            time.sleep(0.02)
        yield b"the end"
    return attached(parts(), "slow.bin")

@app.route("/broken")
def broken():
    def parts():
        yield BYTES
        raise RuntimeError("in the middle")
    return Response(parts(), headers={"Content-Disposition": "attachment; filename=broken.bin",
                                      "Content-Length": str(len(BYTES) + 1000)})
"""
LINK = "Object.assign(document.createElement('a'), {href: %s, download: '%s'}).click()"


@pytest.fixture(scope="module")
def shared(screen: Screen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    with window_of(screen, tmp_path_factory.mktemp("downloads"), CODE) as made:
        yield made


@pytest.fixture
def window(shared: Window) -> Iterator[Window]:
    """A window with an empty folder for downloads."""
    shutil.rmtree(shared.downloads)
    shared.downloads.mkdir()
    shared.run("1")
    yield shared
    assert shared.screen.titles() == [NAME]
    assert list((shared.folder / "home" / "private" / "downloads").iterdir()) == [], "nothing partial is left"


def answer(window: Window, key: str) -> None:
    """Wait for the dialog and press a key in it."""
    until(lambda: "Save" in window.screen.titles())
    window.screen.focus("Save")
    window.key(key)


def laid(window: Window, name: str) -> bytes:
    """Wait for a file in the folder for downloads."""
    place = window.downloads / name
    until(place.exists, what=lambda: list(window.downloads.iterdir()))
    until(lambda: window.screen.titles() == [NAME], what=window.screen.titles)
    return place.read_bytes()


def test_attachment_is_saved_under_the_name_that_it_brings(window: Window, tmp_path: Path) -> None:
    window.do("location = '/file/' + encodeURIComponent('Übersicht & mehr.csv')")
    until(lambda: "Save" in window.screen.titles())
    window.screen.picture(tmp_path / "dialog.png")
    answer(window, "Return")
    assert laid(window, "Übersicht & mehr.csv") == BYTES
    assert window.run("location.pathname") == "/"


def test_file_that_a_script_made_is_saved(window: Window) -> None:
    window.run(LINK % ("URL.createObjectURL(new Blob([new Uint8Array([0, 255, 7])]))", "made.bin"))
    answer(window, "Return")
    assert laid(window, "made.bin") == b"\x00\xff\x07"


def test_file_in_an_address_is_saved(window: Window) -> None:
    window.run(LINK % ("'data:text/plain;base64,aGVsbG8='", "greeting.txt"))
    answer(window, "Return")
    assert laid(window, "greeting.txt") == b"hello"


def test_answer_to_a_form_is_saved(window: Window) -> None:
    window.do(
        "document.body.insertAdjacentHTML('beforeend',"
        " '<form method=post action=/export><input name=what value=all></form>'); document.forms[0].submit()"
    )
    answer(window, "Return")
    assert laid(window, "export.txt") == b"asked for all"
    window.run("document.forms[0].remove()")


def test_dialog_that_is_left_leaves_nothing(window: Window) -> None:
    window.do("location = '/file/unwanted.bin'")
    answer(window, "Escape")
    until(lambda: window.screen.titles() == [NAME])
    assert list(window.downloads.iterdir()) == []


def test_name_that_is_taken_is_not_suggested(window: Window) -> None:
    (window.downloads / "same.bin").write_bytes(b"mine")
    window.do("location = '/file/same.bin'")
    answer(window, "Return")
    assert laid(window, "same (1).bin") == BYTES
    assert (window.downloads / "same.bin").read_bytes() == b"mine"


def test_file_has_no_name_before_it_is_whole_and_another_can_come_meanwhile(window: Window) -> None:
    gate = window.folder / "steering" / "gate"
    window.do("location = '/slow'")
    answer(window, "Return")
    until(lambda: "Save" not in window.screen.titles())
    window.do("location = '/file/meanwhile.bin'")
    answer(window, "Return")
    assert laid(window, "meanwhile.bin") == BYTES
    assert [path.name for path in window.downloads.iterdir()] == ["meanwhile.bin"]
    gate.touch()
    assert laid(window, "slow.bin") == BYTES + b"the end"
    gate.unlink()


def test_file_that_does_not_come_whole_is_said_and_not_left(window: Window) -> None:
    window.do("location = '/broken'")
    until(lambda: len(window.screen.titles()) == 2, what=window.screen.titles)
    until(lambda: window.screen.titles() == [NAME, NAME] or window.screen.titles() == ["Save", NAME])
    if "Save" in window.screen.titles():
        until(lambda: "Save" not in window.screen.titles())
    window.screen.focus_foremost()
    window.key("Return")
    until(lambda: window.screen.titles() == [NAME])
    assert list(window.downloads.iterdir()) == []
