"""Windows that pages open: the own origin's are ours, in the same session; others are the browser's."""

from __future__ import annotations

import pytest

from tests.support.waiting import until

pytest.importorskip("Xlib", reason="looks at windows as X shows them", exc_type=ImportError)

from tests.support.screens import Screen
from tests.support.windows import NAME, Elsewhere, Window

pytestmark = pytest.mark.window


def lay(window: Window, link: str) -> None:
    """Lay a link or a button over the whole page, to be clicked."""
    window.run(f"document.body.insertAdjacentHTML('afterbegin', {link!r}), 1")
    window.run(
        "Object.assign(document.querySelector('a, button').style,"
        " {position: 'fixed', inset: 0, width: '100%', height: '100%'}), 1"
    )


@pytest.mark.parametrize(
    "way",
    [
        '<a target=_blank href="/popup">open</a>',
        '<a target=_blank rel="noopener" href="/popup">open</a>',
        '<button onclick="window.open(`/popup`, ``, `width=500,height=300`)">open</button>',
        '<form target=_blank action="/popup"><button>open</button></form>',
        '<form target=_blank action="/popup" method=post><button>open</button></form>',
    ],
)
def test_windows_of_the_own_origin_are_windows_of_ours(window: Window, screen: Screen, way: str) -> None:
    before = window.outside()
    window.run("localStorage.note = document.cookie = 'kept=1', 1")
    lay(window, way)
    window.click_at("a, button")
    until(lambda: "At /popup" in screen.titles(), what=screen.titles)
    assert window.run("[location.pathname, localStorage.note]", "/popup") == ["/popup", "kept=1"]
    assert "kept=1" in window.run("document.cookie", "/popup")
    assert window.outside() == before
    window.do("close()", "/popup") if "window.open" in way else screen.close("At /popup")
    until(lambda: screen.titles() == [NAME], what=screen.titles)


def test_windows_of_ours_follow_the_same_rules(window: Window, screen: Screen, elsewhere: Elsewhere) -> None:
    lay(window, '<a target=_blank href="/popup">open</a>')
    window.click_at("a, button")
    until(lambda: "At /popup" in screen.titles())
    window.do(f"location = '{elsewhere.origin}/from-popup'", "/popup")
    until(lambda: window.outside()[-1:] == [f"{elsewhere.origin}/from-popup"])
    assert window.run("location.pathname", "/popup") == "/popup"
    window.do("location = 'smb://host/popup'", "/popup")
    until(lambda: "a page was not let to smb://host/popup\n" in window.program.log)
    screen.close("At /popup")
    until(lambda: screen.titles() == [NAME])


@pytest.mark.parametrize(
    "way",
    [
        '<a target=_blank href="{}">open</a>',
        '<a target=_blank rel="noopener" href="{}">open</a>',
        "<button onclick=\"window.open('{}')\">open</button>",
        "<button onclick=\"const w = window.open(''); w.location = '{}'\">open</button>",
    ],
)
def test_windows_of_other_origins_are_the_browser_s_once(
    window: Window, screen: Screen, elsewhere: Elsewhere, way: str
) -> None:
    before = len(window.outside())
    lay(window, way.format(elsewhere.origin + "/new"))
    window.click_at("a, button")
    until(lambda: len(window.outside()) > before)
    window.do(f"location = '{elsewhere.origin}/last'")
    until(lambda: window.outside()[-1] == f"{elsewhere.origin}/last")
    assert window.outside()[before:] == [f"{elsewhere.origin}/new", f"{elsewhere.origin}/last"]
    assert set(elsewhere.asked) <= {"/favicon.ico"}
    until(lambda: screen.titles() == [NAME], what=screen.titles)


def test_windows_that_nobody_asked_for_do_not_open(window: Window, screen: Screen) -> None:
    assert window.run("new Promise(done => setTimeout(() => done(open('/popup') === null), 1500))")
    assert screen.titles() == [NAME]
