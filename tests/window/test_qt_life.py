"""The real Qt window itself: its place, its colours, files dropped on it, and the death of who draws it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from launcher.window.colours import PAPER, PAPER_DARK
from tests.support.processes import left_of
from tests.support.waiting import until

pytest.importorskip("Xlib", reason="looks at windows as X shows them", exc_type=ImportError)
pytest.importorskip("PySide6.QtWebEngineCore", reason="opens Qt's window", exc_type=ImportError)

from launcher.serving import pages
from tests.support.screens import Screen
from tests.support.windows import NAME, Window, window_of

pytestmark = pytest.mark.window

DARK = """
import time
time.sleep(1)
PAGES[""] = "<style>html { background: #111; color: white }</style></head>dark"
"""
PARTS = ("Window", "View", "Button")
UPLOADS = """
PAGES["drop"] = '''<style>body { margin: 0 }
#zone, #file { display: block; width: 300px; height: 100px; background: #ccc }</style>
<div id=zone>zone</div><input type=file id=file multiple><script>
window.seen = [];
const read = files => Promise.all([...files].map(async file => seen.push([file.name, await file.text()])));
zone.ondragover = event => event.preventDefault();
zone.ondrop = event => { event.preventDefault(); read(event.dataTransfer.files) };
file.onchange = () => read(file.files);
</script>'''
"""
SOURCE = """
import sys
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication, QLabel
class Source(QLabel):
    def mouseMoveEvent(self, event):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(path) for path in sys.argv[1:]])
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)
app = QApplication([])
source = Source("files")
source.setWindowTitle("a source")
source.setWindowFlags(Qt.WindowType.X11BypassWindowManagerHint)
source.setGeometry(0, 0, 100, 80)
source.show()
app.exec()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def close(window: Window) -> None:
    """Close the window and see that nothing is left."""
    everyone = window.program.note_processes()
    window.screen.close(NAME)
    assert left_of(everyone) == []
    assert window.program.wait() == 0


def test_window_opens_where_it_was_left(screen: Screen, folder: Path) -> None:
    with window_of(screen, folder / "first") as window:
        window.run("1")
        assert screen.area(NAME) == (128, 90, 1024, 720)
        screen.place(NAME, 40, 30, 700, 500)
        until(lambda: screen.area(NAME) == (40, 30, 700, 500))
        kept = folder / "first" / "home" / "private" / "window.json"
        until(lambda: kept.exists() and json.loads(kept.read_text())["width"] == 700)
        screen.place(NAME, 60, 50, 800, 600)
        until(lambda: screen.area(NAME) == (60, 50, 800, 600))
        close(window)
    with window_of(screen, folder / "second", home=folder / "first" / "home") as window:
        window.run("1")
        assert screen.area(NAME) == (60, 50, 800, 600)
        close(window)


def test_window_that_was_on_another_screen_is_brought_here(screen: Screen, folder: Path) -> None:
    private = folder / "home" / "private"
    private.mkdir(parents=True)
    place = {"x": 3000, "y": 200, "width": 5000, "height": 700, "is_maximized": False}
    (private / "window.json").write_text(json.dumps(place))
    with window_of(screen, folder / "run", home=folder / "home") as window:
        window.run("1")
        assert screen.area(NAME) == (0, 100, 1280, 700)
        close(window)


def test_maximized_window_is_so_again(screen: Screen, folder: Path) -> None:
    private = folder / "home" / "private"
    private.mkdir(parents=True)
    place = {"x": 20, "y": 30, "width": 600, "height": 500, "is_maximized": True}
    (private / "window.json").write_text(json.dumps(place))
    with screen.managed(), window_of(screen, folder / "run", home=folder / "home") as window:
        window.run("1")
        until(lambda: screen.area(NAME) == (0, 0, 1280, 900))
        close(window)
    kept = json.loads((private / "window.json").read_text())
    assert kept == place


def test_way_back_ends_at_the_apps_first_page(screen: Screen, folder: Path) -> None:
    """Not at the page that was shown while it started."""
    with window_of(screen, folder / "run") as window:
        window.run("1")
        screen.focus(NAME)
        for _ in range(3):
            window.key("Alt_L", "Left")
        assert window.run("[location.pathname, history.length]") == ["/", 1]
        assert "was not let to" not in window.program.log
        close(window)


def renderers(window: Window) -> list[psutil.Process]:
    """List the processes that draw pages."""
    everyone = psutil.Process(window.program.process.pid).children(recursive=True)
    engine = {process.pid: process for process in everyone if process.name() == "QtWebEngineProcess"}
    # They are born of one that only waits to give birth.
    return [process for process in engine.values() if process.ppid() in engine]


def kill_renderers(window: Window) -> None:
    found = renderers(window)
    assert found
    for process in found:
        process.send_signal(signal.SIGKILL)
    until(lambda: not [process for process in found if process.is_running() and process.status() != "zombie"])


def test_page_whose_process_dies_is_loaded_again_and_the_second_time_explained(
    screen: Screen, folder: Path
) -> None:
    with window_of(screen, folder / "run") as window:
        window.do("location = '/deep/page'")
        window.run("void (window.old = true)", "/deep/page")
        kill_renderers(window)
        assert window.run("!window.old", "/deep/page")
        kill_renderers(window)
        until(lambda: window.program.log.count("the process that drew a page ended") == 2)
        until(lambda: len(renderers(window)) == 1)
        until(lambda: screen.find((61, 90, 254)))
        screen.click(*screen.find((61, 90, 254)) or (0, 0))
        assert window.run("location.pathname", "/deep/page") == "/deep/page"
        close(window)


def test_empty_window_has_the_colours_of_our_pages() -> None:
    assert f"--paper: {PAPER}" in pages.STYLE.partition("@media")[0]
    assert f"--paper: {PAPER_DARK}" in pages.STYLE.partition("@media")[2]


WATCH = """
import sys, time
from Xlib import X
from Xlib.display import Display
display = Display(sys.argv[1])
root = display.screen().root
print("ready", flush=True)
while True:
    image = root.get_image(600, 400, 8, 8, X.ZPixmap, 0xFFFFFFFF)
    print(*image.data[:3], flush=True)
    time.sleep(0.005)
"""


def test_dark_desktop_sees_no_white_flash(screen: Screen, folder: Path) -> None:
    """From the black screen over the starting page to an app that is dark itself."""
    code = DARK
    with (folder / "seen").open("w") as seen:
        watch = subprocess.Popen([sys.executable, "-c", WATCH, screen.name], stdout=seen)
    try:
        until(lambda: (folder / "seen").read_text().startswith("ready"))
        with window_of(screen, folder / "run", code, **dark(folder)) as window:
            window.run("1")
            until(lambda: "17 17 17" in (folder / "seen").read_text())
            close(window)
    finally:
        watch.kill()
        watch.wait()
    colours = [tuple(map(int, line.split())) for line in (folder / "seen").read_text().splitlines()[1:-1]]
    assert max(max(colour) for colour in colours if len(colour) == 3) < 100


def dark(folder: Path) -> dict[str, Any]:
    """Return the variables of a desktop that is dark: a KDE one, for it says so in a file."""
    parts = [f"[Colors:{part}]\nBackgroundNormal=30,30,30\nForegroundNormal=240,240,240\n" for part in PARTS]
    (folder / "kdeglobals").write_text("[General]\nColorScheme=BreezeDark\n" + "".join(parts))
    return {
        "XDG_CURRENT_DESKTOP": "KDE",
        "KDE_SESSION_VERSION": "5",
        "KDE_FULL_SESSION": "true",
        "XDG_CONFIG_HOME": str(folder),
    }


@contextmanager
def source_of(screen: Screen, *files: Path) -> Iterator[None]:
    """Show a small window that files can be drawn out of."""
    process = subprocess.Popen(
        [sys.executable, "-c", SOURCE, *map(str, files)],
        env={**os.environ, "DISPLAY": screen.name, "QT_QPA_PLATFORM": "xcb"},
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: "a source" in screen.titles())
        yield
    finally:
        process.kill()
        process.wait()


def test_files_dropped_into_a_page_reach_it_and_elsewhere_lead_nowhere(screen: Screen, folder: Path) -> None:
    file = folder / "Äpfel und Birnen.txt"
    file.write_text("eins")
    with window_of(screen, folder / "run", UPLOADS) as window, source_of(screen, file):
        window.do("location = '/drop'")
        for selector, count in (("#zone", 1), ("#file", 2)):
            screen.drag((50, 40), window.middle(selector, "/drop"))
            until(seen_by(window, count))
        assert window.run("seen", "/drop") == [[file.name, "eins"]] * 2
        screen.drag((50, 40), (700, 700))
        until(lambda: "a page was not let to file:" in window.program.log)
        assert window.run("location.pathname", "/drop") == "/drop"
        assert len(window.run("seen", "/drop")) == 2
        close(window)


def seen_by(window: Window, count: int) -> Callable[[], bool]:
    """Return a question: whether the page was given so many files."""
    return lambda: len(window.run("seen", "/drop")) == count


def test_file_is_chosen_by_a_dialog(screen: Screen, folder: Path) -> None:
    with window_of(screen, folder / "run", UPLOADS) as window:
        file = folder / "run" / "run" / "Über uns.txt"
        file.write_text("zwei")
        window.do("location = '/drop'")
        # Its name is no easy one to type: the page itself copies it, and it is pasted.
        window.run(f"void (zone.onclick = () => navigator.clipboard.writeText({str(file)!r}))", "/drop")
        window.click_at("#zone", "/drop")
        window.click_at("#file", "/drop")
        until(lambda: len(screen.titles()) == 2)
        screen.focus_foremost()
        screen.press("Control_L", "v")
        screen.press("Return")
        until(lambda: window.run("seen", "/drop") == [[file.name, "zwei"]])
        close(window)
