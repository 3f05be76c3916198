"""What pages give to keep: a dialog suggests the name, and nothing lies about that is not whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.waiting import until

pytest.importorskip("Xlib", reason="looks at windows as X shows them", exc_type=ImportError)

from tests.support.screens import Screen
from tests.support.windows import NAME, Window

pytestmark = pytest.mark.window

WAYS = {
    "an attachment": ("location = '/download?name=report.csv'", "report.csv", "a,b\n"),
    "a form": (
        "const f = document.createElement('form'); f.method = 'post'; f.action = '/download?name=form.csv';"
        " document.body.append(f); f.submit()",
        "form.csv",
        "a,b\n",
    ),
    "a blob": (
        "const a = document.createElement('a'); a.download = 'blob.txt';"
        " a.href = URL.createObjectURL(new Blob(['from a blob'])); document.body.append(a); a.click()",
        "blob.txt",
        "from a blob",
    ),
    "data": (
        "const a = document.createElement('a'); a.download = 'data.txt';"
        " a.href = 'data:text/plain,from%20data'; document.body.append(a); a.click()",
        "data.txt",
        "from data",
    ),
    "a link": (
        "const a = document.createElement('a'); a.download = 'page.html'; a.href = '/kept';"
        " document.body.append(a); a.click()",
        "page.html",
        "",
    ),
    "a name that leads elsewhere": (
        "location = '/download?name=' + encodeURIComponent('../../up.csv')",
        None,
        "a,b\n",
    ),
}


def save(window: Window, screen: Screen, script: str) -> None:
    """Let a page give something, and press the button that saves it."""
    window.do(script)
    until(lambda: "Save" in screen.titles(), what=screen.titles)
    screen.focus("Save")
    screen.press("Return")
    until(lambda: "Save" not in screen.titles(), what=screen.titles)


@pytest.mark.parametrize("way", WAYS)
def test_whatever_a_page_gives_is_saved_under_the_name_that_it_suggests(
    window: Window, screen: Screen, way: str
) -> None:
    script, name, text = WAYS[way]
    before, known = window.run("location.href"), set(window.downloads.iterdir())
    save(window, screen, script)
    until(
        lambda: [path for path in window.downloads.iterdir() if path not in known and path.suffix != ".part"]
    )
    (found,) = set(window.downloads.iterdir()) - known
    if name is not None:
        assert found.name == name
    assert found.read_text(encoding="utf-8").startswith(text)
    assert window.run("location.href") == before


def test_a_cancelled_dialog_leaves_nothing(window: Window, screen: Screen) -> None:
    before = set(window.downloads.iterdir())
    window.do(WAYS["a form"][0])
    until(lambda: "Save" in screen.titles())
    screen.focus("Save")
    screen.press("Escape")
    until(lambda: screen.titles() == [NAME], what=screen.titles)
    assert window.run("document.title") == "At /"
    assert set(window.downloads.iterdir()) == before


def test_a_file_has_its_name_only_when_it_is_whole(window: Window, screen: Screen, tmp_path: Path) -> None:
    save(window, screen, "location = '/slow'")
    until(
        lambda: list(window.downloads.glob(".*slow.bin*.part*")),
        what=lambda: list(window.downloads.iterdir()),
    )
    assert not (window.downloads / "slow.bin").exists()
    window.run("fetch('/slow/end', {method: 'post'}).then(() => 1)")
    until((window.downloads / "slow.bin").exists)
    assert (window.downloads / "slow.bin").read_bytes() == b"begin" + b"." * 100_000 + b"end"
    assert not list(window.downloads.glob("*.part*"))


def test_a_file_that_is_cut_off_leaves_nothing_and_is_said(window: Window, screen: Screen) -> None:
    save(window, screen, "location = '/cut'")
    until(lambda: screen.titles() == [NAME, NAME], what=screen.titles)
    screen.press("Escape")
    until(lambda: screen.titles() == [NAME], what=screen.titles)
    assert not list(window.downloads.glob("*cut*"))
