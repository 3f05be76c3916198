"""What the window outlives, and what it remembers."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from launcher.project.manifest import WindowSettings
from tests.support.programs import Start
from tests.support.waiting import until

pytest.importorskip("Xlib", reason="looks at windows as X shows them", exc_type=ImportError)

from tests.support.screens import Screen
from tests.support.windows import NAME, Elsewhere, Window

pytestmark = pytest.mark.window
BUTTON = (0x3D, 0x5A, 0xFE)


def kill_the_painter(window: Window) -> None:
    """Kill the process that draws the page, as running out of memory would."""
    processes = window.program.note_processes()
    (painter,) = [one for one in processes if one.is_running() and one.name().startswith("WebKitWebProces")]
    os.kill(painter.pid, signal.SIGKILL)
    until(lambda: not painter.is_running() or painter.status() == "zombie")


def test_page_is_loaded_again_when_what_draws_it_has_died_and_then_that_is_said(
    open_window: Any, other_screen: Screen
) -> None:
    window = open_window()
    window.run("window.before = 1")
    kill_the_painter(window)
    until(lambda: window.run("window.before === undefined"))
    kill_the_painter(window)
    until(lambda: window.program.log.count("the process that drew a page ended") == 2)
    until(lambda: other_screen.find(BUTTON) is not None)
    x, y = other_screen.find(BUTTON) or (0, 0)
    other_screen.click(x, y)
    assert window.run("document.title") == "At /"


def test_desktop_knows_whose_window_it_is(open_window: Any, other_screen: Screen) -> None:
    open_window().run("1")
    identifier = Start(Path()).identifier
    assert other_screen.classes(NAME) == (identifier, identifier)


def test_size_and_place_are_remembered(open_window: Any, other_screen: Screen) -> None:
    window = open_window(settings=WindowSettings(width=600, height=400))
    window.run("1")
    assert other_screen.area(NAME)[2:] == (600, 400)
    assert window.run("1")
    other_screen.place(NAME, 40, 60, 500, 450)
    until(lambda: window.run("[innerWidth, innerHeight]") == [500, 450])
    other_screen.close(NAME)
    assert window.program.wait() == 0
    again = open_window(settings=WindowSettings(width=600, height=400), home=window.folder / "home")
    again.run("1")
    assert other_screen.area(NAME) == (40, 60, 500, 450)


def test_pages_call_what_the_project_names(
    open_window: Any, other_screen: Screen, elsewhere: Elsewhere
) -> None:
    window = open_window(settings=WindowSettings(calls=("set-title",)))
    assert window.run("launcher.call('set-title', 'Called')") is None
    until(lambda: other_screen.titles() == ["Called"], what=other_screen.titles)
    for name in ("'minimize'", "'__class__'", "'set-title.__call__'", "'nothing'"):
        assert window.run(f"launcher.call({name}).catch(error => error.message)") == "not allowed"
    elsewhere.page = (
        "<script>parent.postMessage([typeof launcher, typeof (window.webkit || {}).messageHandlers], '*')"
        "</script>"
    )
    said = window.run(
        "new Promise(done => { addEventListener('message', event => done(event.data), {once: true});"
        f" document.body.insertAdjacentHTML('beforeend', '<iframe src=\"{elsewhere.origin}/frame\">') }})"
    )
    assert said == ["undefined", "undefined"]
    assert window.run("typeof (window.webkit || {}).messageHandlers") == "undefined"


def test_pages_without_calls_have_none(window: Window) -> None:
    assert window.run("typeof launcher") == "undefined"


def test_window_in_the_dark_is_dark_before_its_page_is(open_window: Any, other_screen: Screen) -> None:
    """The theme's colours count, as they do for pages: what is behind a page is the starting page's paper."""
    gate = "import time\nwhile not os.path.exists(os.path.join(FOLDER, 'go')):\n    time.sleep(0.02)\n"
    window = open_window(gate, GTK_THEME="Adwaita:dark")
    until(lambda: other_screen.find((0x16, 0x18, 0x1D)), what=other_screen.titles)
    assert other_screen.find((255, 255, 255)) is None
    (window.folder / "steering" / "go").touch()
    assert window.run("matchMedia('(prefers-color-scheme: dark)').matches")
