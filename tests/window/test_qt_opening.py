"""The Qt window as the runtime opens it: the buttons of our own pages, and what keeps it from opening."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.programs import environment
from tests.support.waiting import until

pytest.importorskip("Xlib", reason="looks at windows as X shows them", exc_type=ImportError)
pytest.importorskip("PySide6.QtWebEngineCore", reason="opens Qt's window", exc_type=ImportError)

from tests.support.screens import Screen, colours

pytestmark = pytest.mark.window

ROOT = Path(__file__).resolve().parents[2]
SHOW = """
import sys
from pathlib import Path
from launcher.paths import AppFolders
from launcher.project.manifest import Manifest
from launcher.project.target import Target
from launcher.window import Opening, native, qt
folders = AppFolders(Path(sys.argv[1]))
folders.make()
screens = []
def say(*words):
    print(*words, flush=True)
def asked(command):
    say("asked", command)
    native.threading.Thread(target=screens[0].close).start()
def opened(screen):
    screens.append(screen)
    say("opened")
if sys.argv[2] == "broken":
    def begin(*given):
        raise LookupError("no rules")
    qt.begin = begin
page = '<!doctype html><a href="launcher:%s" style="display:block; height:2000px">go</a>'
target = Target(None, "a", None, ".", "a test")
native.show(Opening(
    manifest=Manifest("Opening", "org.example.opening", "1", target, webview="qt"),
    folders=folders, icon=None, page=page % sys.argv[2], opened=opened, outside=say,
    asked=asked, note=lambda line: say("noted", line),
))
say("closed")
"""


@contextmanager
def showing(screen: Screen, place: Path, what: str) -> Iterator[subprocess.Popen[str]]:
    """Open a window with a page of ours in it."""
    own = {"HOME": str(place), "DISPLAY": screen.name, "WAYLAND_DISPLAY": ""}
    process = subprocess.Popen(
        [sys.executable, "-c", SHOW, str(place / "data"), what],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(**own),
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("command", ["quit", "open-log"])
def test_button_of_our_own_page_asks_for_its_command(screen: Screen, tmp_path: Path, command: str) -> None:
    with showing(screen, tmp_path, command) as process:
        until(lambda: screen.titles() == ["Opening"])
        until(lambda: colours(screen.picture(tmp_path / "screen.png")) > 2)
        screen.click(600, 400)
        said, _ = process.communicate(timeout=30)
    assert said.split("\n") == ["opened", f"asked {command}", "closed", ""]


def test_window_without_rules_does_not_open(screen: Screen, tmp_path: Path) -> None:
    with showing(screen, tmp_path, "broken") as process:
        said, complained = process.communicate(timeout=60)
    assert said == ""
    assert complained.rstrip().endswith("LookupError: no rules")
    assert process.returncode == 1
    assert screen.titles() == []
