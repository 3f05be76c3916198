"""What pages of the real Qt window may do where the project says so, and who else may not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from launcher.project.manifest import WindowSettings
from launcher.project.settings import CALLS, PERMISSIONS
from tests.support.waiting import until

pytest.importorskip("Xlib", reason="looks at windows as X shows them", exc_type=ImportError)
pytest.importorskip("PySide6.QtWebEngineCore", reason="opens Qt's window", exc_type=ImportError)

from launcher.window.calls import TABLE
from tests.support.screens import Screen
from tests.support.windows import NAME, Window, serving_elsewhere, window_of

pytestmark = pytest.mark.window

FRAME = """
PAGES["frame"] = f'<iframe src="{ELSEWHERE}/framed"></iframe>'
"""


@pytest.fixture(scope="module")
def open_one(screen: Screen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """A window whose project names what its pages may do, with a stranger's frame in a page."""
    settings = WindowSettings(permissions=PERMISSIONS, calls=("set-title", "choose-folder", "full-screen"))
    with serving_elsewhere() as elsewhere:
        elsewhere.page = """<script>
          const told = [];
          for (const place of [() => window.launcher.call, () => qt.webChannelTransport,
                               () => parent.launcher.call, () => parent.qt])
            try { told.push(typeof place()) } catch (error) { told.push(error.name) }
          window.dispatchEvent(new CustomEvent('launcher-call',
            {detail: JSON.stringify({id: 1, name: 'set-title', value: 'Taken'})}));
          navigator.geolocation.getCurrentPosition(() => say('granted'), error => say(error.code));
          const say = place => parent.postMessage([told, place], '*');
        </script>"""
        code = f'ELSEWHERE = "{elsewhere.origin}"\n{FRAME}'
        with window_of(screen, tmp_path_factory.mktemp("open"), code, settings) as made:
            yield made


def call(window: Window, name: str, value: str = "null", at: str = "/") -> object:
    """Call from a page; a refusal is returned as its message."""
    return window.run(f"launcher.call({name}, {value}).catch(error => 'refused: ' + error.message)", at)


def test_settings_and_table_name_the_same_calls() -> None:
    assert set(TABLE) == set(CALLS)


def test_page_calls_what_the_project_names(open_one: Window) -> None:
    assert call(open_one, "'set-title'", "'Notes of today'") is None
    until(lambda: open_one.screen.titles() == ["Notes of today"])
    assert call(open_one, "'set-title'", f"'{NAME}'") is None
    until(lambda: open_one.screen.titles() == [NAME])


def test_page_is_given_the_folder_that_was_chosen(open_one: Window) -> None:
    open_one.run("void (window.chosen = launcher.call('choose-folder'))")
    until(lambda: len(open_one.screen.titles()) == 2)
    (dialog,) = [title for title in open_one.screen.titles() if title != NAME]
    open_one.screen.focus(dialog)
    open_one.key("Escape")
    assert open_one.run("chosen") is None
    assert open_one.screen.titles() == [NAME]


@pytest.mark.parametrize(
    "name",
    [
        "__class__.__init__",
        "_window.gui.os.system",
        "x.y.z",
        "pywebviewEventHandler",
        "pywebviewStateUpdate",
        "pywebviewMoveWindow",
        "_pywebviewAlert",
        "choose-file",
        "minimize",
        "set-title ",
        "",
        "toString",
    ],
)
def test_name_that_is_not_in_the_table_is_refused_and_no_more_is_said(open_one: Window, name: str) -> None:
    assert call(open_one, f"'{name}'", "['touch /tmp/never']") == "refused: not allowed"


@pytest.mark.parametrize("value", ["3", "null", "{}", "''", "['x']"])
def test_value_that_does_not_fit_is_refused(open_one: Window, value: str) -> None:
    assert call(open_one, "'set-title'", value) == "refused: wrong value"


@pytest.mark.parametrize(
    "detail", ["'no JSON'", "'[]'", "'{}'", "'x'.repeat(200000)", "'['.repeat(90000)", "{}"]
)
def test_message_by_hand_does_no_harm(open_one: Window, detail: str) -> None:
    open_one.run(f"void window.dispatchEvent(new CustomEvent('launcher-call', {{detail: {detail}}}))")
    assert call(open_one, "'set-title'", f"'{NAME}'") is None


def test_page_sees_no_channel(open_one: Window) -> None:
    for name in ("qt", "pywebview", "QWebChannel"):
        assert open_one.run(f"typeof {name}") == "undefined"
    assert open_one.run("Object.keys(launcher)") == ["call"]


def test_frame_of_another_site_has_neither_calls_nor_permissions(open_one: Window) -> None:
    open_one.do("location = '/frame'")
    told = open_one.run(
        "new Promise(done => { onmessage = e => done(e.data);"
        " document.querySelector('iframe').allow = 'geolocation';"
        " document.querySelector('iframe').src += '?again' })",
        "/frame",
    )
    assert told == [["TypeError", "ReferenceError", "SecurityError", "SecurityError"], 1]
    assert open_one.screen.titles() == [NAME]
    assert call(open_one, "'set-title'", f"'{NAME}'", "/frame") is None
    open_one.do("location = '/'", "/frame")


def test_what_the_project_names_is_granted_to_its_own_pages(open_one: Window) -> None:
    assert open_one.run("Notification.requestPermission()") == "granted"
    # There is no camera here: what is asked for is allowed, and not found.
    told = "navigator.mediaDevices.getUserMedia({video: true}).then(() => 'granted', error => error.name)"
    assert open_one.run(told) in ("NotFoundError", "granted")
