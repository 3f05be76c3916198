"""Where pages of the real Qt window may lead it, and where they may not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.support.waiting import until

pytest.importorskip("Xlib", reason="looks at windows as X shows them", exc_type=ImportError)
pytest.importorskip("PySide6.QtWebEngineCore", reason="opens Qt's window", exc_type=ImportError)

from tests.support.screens import Screen
from tests.support.windows import NAME, Elsewhere, Window, serving_elsewhere, stays_at, window_of

pytestmark = pytest.mark.window

CODE = """
PAGES["frame"] = f'<iframe name=inner src="{ELSEWHERE}/framed" style="width:400px;height:200px"></iframe>'

@app.route("/away")
def away():
    return redirect(ELSEWHERE + "/redirected?secret=1")

@app.route("/around")
def around():
    return redirect("/arrived")

@app.route("/form", methods=["GET", "POST"])
def form():
    return redirect("/arrived", 303)
"""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    with serving_elsewhere() as made:
        yield made


@pytest.fixture(scope="module")
def window(
    screen: Screen, tmp_path_factory: pytest.TempPathFactory, elsewhere: Elsewhere
) -> Iterator[Window]:
    """One window for all of these: each leaves it at the app's first page."""
    code = f'ELSEWHERE = "{elsewhere.origin}"\n{CODE}'
    with window_of(screen, tmp_path_factory.mktemp("navigation"), code) as made:
        yield made


@pytest.fixture
def at_home(window: Window) -> Iterator[Window]:
    """The window at the app's first page, with what was asked before forgotten."""
    (window.folder / "asked").unlink(missing_ok=True)
    assert stays_at(window)
    yield window
    assert window.screen.titles() == [NAME]


LINK = "Object.assign(document.body.appendChild(document.createElement('a')), {href: '%s', %s}).click()"
FORM = (
    "((form) => { form.method = '%s'; form.action = '%s'; document.body.append(form); form.submit() })"
    "(document.createElement('form'))"
)
REFRESH = (
    "document.head.append(Object.assign(document.createElement('meta'),"
    " {httpEquiv: 'refresh', content: '0; url=%s'}))"
)
WAYS: dict[str, Callable[[str], str]] = {
    "a link": lambda to: LINK % (to, ""),
    "a script": lambda to: f"location = '{to}'",
    "a form that asks": lambda to: FORM % ("get", to),
    "a form that sends": lambda to: FORM % ("post", to),
    "a refresh": lambda to: REFRESH % to,
    "a new window": lambda to: LINK % (to, "target: '_blank'"),
    "a script's new window": lambda to: f"window.open('{to}')",
}


@pytest.mark.parametrize("way", [way for way in WAYS if "new window" not in way])
def test_own_origin_stays_in_the_window(at_home: Window, way: str) -> None:
    to = "/form" if "sends" in way else "/arrived"
    at_home.do(WAYS[way](to))
    assert at_home.run("location.pathname", "/arrived") == "/arrived"
    at_home.do("location = '/'", "/arrived")
    assert stays_at(at_home)
    assert at_home.outside() == []


def test_redirect_within_the_app_stays(at_home: Window) -> None:
    at_home.do("location = '/around'")
    assert at_home.run("location.pathname", "/arrived") == "/arrived"
    at_home.do("location = '/'", "/arrived")


@pytest.mark.parametrize("way", WAYS)
def test_other_sites_go_to_the_systems_browser_once_and_the_window_stays(
    at_home: Window, elsewhere: Elsewhere, way: str
) -> None:
    elsewhere.asked.clear()
    to = f"{elsewhere.origin}/page?x=1"
    at_home.do(WAYS[way](to))
    until(at_home.outside)
    assert [url.rstrip("?").split("?")[0] for url in at_home.outside()] == [f"{elsewhere.origin}/page"]
    assert stays_at(at_home)
    assert elsewhere.asked == []
    assert len(at_home.outside()) == 1


def test_redirect_to_another_site_goes_to_the_systems_browser(
    at_home: Window, elsewhere: Elsewhere
) -> None:
    elsewhere.asked.clear()
    at_home.do("location = '/away'")
    assert until(at_home.outside) == [f"{elsewhere.origin}/redirected?secret=1"]
    assert stays_at(at_home)
    assert elsewhere.asked == []


@pytest.mark.parametrize("way", ["a link", "a script", "a new window"])
def test_mail_addresses_go_to_the_system(at_home: Window, way: str) -> None:
    at_home.do(WAYS[way]("mailto:someone@example.org?subject=Hello"))
    assert until(at_home.outside) == ["mailto:someone@example.org?subject=Hello"]
    assert stays_at(at_home)


@pytest.mark.parametrize("way", ["a link", "a script", "a new window", "a script's new window"])
@pytest.mark.parametrize(
    "to",
    [
        "file:///etc/passwd",
        "data:text/html,<h1>from nowhere</h1>",
        "smb://host.example/share",
        "ms-msdt:/id?secret=1",
        "search-ms:query=x",
        "app:open?secret=1",
        "launcher:quit",
        "launcher:open-log",
        "view-source:http://example.org/",
        "chrome://gpu",
        "qrc:/qtwebchannel/qwebchannel.js",
    ],
)
def test_other_schemes_lead_nowhere_and_are_noted(at_home: Window, to: str, way: str) -> None:
    at_home.do(WAYS[way](to))
    assert stays_at(at_home)
    assert "from nowhere" not in at_home.run("document.body.innerText")
    assert at_home.outside() == []
    assert at_home.program.process.poll() is None
    assert "secret" not in at_home.program.log


def test_frame_does_not_start_programs_of_the_machine(at_home: Window) -> None:
    at_home.run(
        "document.body.append(Object.assign(document.createElement('iframe'), {src: 'ms-msdt:/in/a/frame'}))"
    )
    until(lambda: "a frame of a page was not let to ms-msdt:/in/a/frame\n" in at_home.program.log)
    assert at_home.outside() == []


def test_refusal_is_a_short_line_in_the_log(at_home: Window) -> None:
    at_home.do(WAYS["a link"]("ms-msdt:/id/for/the/log?secret=1"))
    until(lambda: "a page was not let to ms-msdt:/id/for/the/log\n" in at_home.program.log)


def test_share_of_another_machine_is_no_place_of_this_window(at_home: Window) -> None:
    """In an address a backslash counts as a slash: this is a site, and the browser's to refuse or open."""
    at_home.do(WAYS["a link"](r"\\\\host.example\\share"))
    assert until(at_home.outside) == ["http://host.example/share"]
    assert stays_at(at_home)


BUTTON = """<body style="margin:0"><button style="width:400px;height:200px" onclick="%s">go</button>"""


def click_into_frame(window: Window) -> None:
    """Click as soon as clicks arrive there: before its first picture a page is given none."""
    place = window.middle("iframe", "/frame")

    def has_arrived() -> bool:
        window.screen.click(*place, 2)  # of no use to a button, but it gives the frame the focus
        return bool(window.run("document.activeElement.tagName", "/frame") == "IFRAME")

    until(has_arrived)
    window.screen.click(*place)


def test_frame_of_another_site_lives_in_the_page_and_does_not_lead_it(
    at_home: Window, elsewhere: Elsewhere
) -> None:
    elsewhere.asked.clear()
    elsewhere.page = (
        BUTTON % "top.location='/x'"
        + "<script>parent.postMessage('in the frame', '*');"
        "onmessage = e => { try { top.location = e.data } catch (error) { parent.postMessage('no', '*') } }"
        "</script>"
    )
    at_home.do("location = '/frame'")
    heard = (
        "new Promise(done => { onmessage = e => done(e.data);"
        f" document.querySelector('iframe').src = '{elsewhere.origin}/framed' }})"
    )
    assert at_home.run(heard, "/frame") == "in the frame"
    assert "/framed" in elsewhere.asked
    # By itself, and by a click of the user's into it.
    at_home.run("frames[0].postMessage(location.origin + '/arrived', '*')", "/frame")
    at_home.run("frames[0].postMessage('https://example.org/', '*')", "/frame")
    click_into_frame(at_home)
    until(at_home.outside)
    assert at_home.run("location.pathname", "/frame") == "/frame"
    assert at_home.outside() == [f"{elsewhere.origin}/x"]
    at_home.do("location = '/'", "/frame")


def test_frame_of_another_site_does_not_lead_the_window_to_the_app_either(
    at_home: Window, elsewhere: Elsewhere
) -> None:
    own = at_home.run("location.origin")
    elsewhere.page = (
        BUTTON % f"top.location='{own}/arrived'; parent.postMessage('tried', '*')"
    )
    at_home.do("location = '/frame'")
    at_home.run("window.tried = false; onmessage = () => { tried = true }", "/frame")
    click_into_frame(at_home)
    assert until(lambda: at_home.run("tried", "/frame"))
    assert at_home.run("location.pathname", "/frame") == "/frame"
    at_home.do("location = '/'", "/frame")
