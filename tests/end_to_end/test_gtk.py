"""GTK's web view: from source and packaged, with the machine's WebKitGTK and without it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.builds import Builder, copy_project
from tests.end_to_end.frozen import Stranger, open_folder
from tests.support.asking import Visitor
from tests.support.browsers import led_to
from tests.support.installing import ROOT, install
from tests.support.running import Running
from tests.support.waiting import until

pytestmark = [pytest.mark.end_to_end, pytest.mark.window]

SAMPLE = ROOT / "tests" / "samples" / "single_file"
SYSTEM = Path("/usr/bin/python3")
LIBRARY = "libwebkit2gtk-4.1.so.0"
ASKED = "import gi, sys; gi.require_version('WebKit2', '4.1'); assert sys.version_info >= (3, 10)"
BROWSER = """#!/bin/sh
for word in "$@"; do case "$word" in --app=*) address="${word#--app=}";; esac; done
printf '%s\\n%s\\n' "$address" "$LD_LIBRARY_PATH" > "$NOTE.part"
mv "$NOTE.part" "$NOTE"
exec sleep 600
"""


@pytest.fixture(scope="module")
def launcher() -> Iterator[Path]:
    """The launcher's command, installed beside the system's PyGObject as Debian's users would."""
    if not SYSTEM.is_file() or subprocess.run([SYSTEM, "-c", ASKED], capture_output=True).returncode:
        pytest.skip(
            "needs Debian's gir1.2-gtk-3.0 gir1.2-webkit2-4.1 python3-gi python3-gi-cairo "
            f"for {SYSTEM}, 3.10 or newer"
        )
    with open_folder("launcher-gtk-") as folder:
        programs = install(folder, ROOT, "--system-site-packages", python=SYSTEM)
        yield programs / "launcher"


@dataclass(frozen=True, slots=True)
class Packaged:
    """A program with GTK, and what its build said."""

    program: Path
    events: list[dict[str, Any]]


def build(launcher: Path, builder: Builder, folder: Path, display: str, *options: str) -> Packaged:
    """Build the sample; the build itself opens the window and reads it."""
    project = copy_project(SAMPLE, folder / "Notizen", webview="gtk")
    output = folder / "dist"
    ended = subprocess.run(
        [str(launcher), "build", str(project), "--output", str(output), "--json", *options],
        cwd=folder,
        env={**builder.environ({"DISPLAY": display}), "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=500,
    )
    events = [json.loads(line) for line in ended.stdout.splitlines()]
    assert events and events[-1]["event"] == "done", ended.stdout[-3000:] + ended.stderr
    shutil.rmtree(project)
    return Packaged(Path(events[-1]["program"]), events)


@pytest.fixture(scope="module")
def packaged(launcher: Path, builder: Builder, display: str) -> Iterator[Packaged]:
    """The sample, packaged with the system's own Python and PyGObject."""
    with open_folder("launcher-gtk-") as folder:
        yield build(launcher, builder, folder, display)


@pytest.fixture
def proof(stranger: Stranger) -> Path:
    """Where the window writes down what it shows."""
    return stranger.home / "proof.json"


def page_of(running: Running, proof: Path) -> dict[str, Any]:
    until(lambda: proof.is_file() or running.process.poll() is not None, seconds=60)
    assert proof.is_file(), running.stderr
    seen: dict[str, Any] = json.loads(proof.read_text(encoding="utf-8"))
    return seen


def says(log: Path, words: str) -> bool:
    return log.is_file() and words in log.read_text(encoding="utf-8")


def test_from_source_a_window_shows_the_page_and_a_signal_closes_it(
    launcher: Path, stranger: Stranger, place: Path, proof: Path, display: str
) -> None:
    project = copy_project(SAMPLE, place / "notes", webview="gtk")
    stranger.user = None  # the checkout, which the command is installed from, need not be open to others
    env = {"DISPLAY": display, "LAUNCHER_HOME": str(place / "data"), "LAUNCHER_CACHE": str(place / "cache")}
    running = stranger.start(
        launcher, "run", str(project), env={**env, "LAUNCHER_WINDOW_PROOF": str(proof)}, headless=False
    )
    assert page_of(running, proof)["text"].startswith("Notes")
    assert running.stop(signal.SIGTERM) == 0
    assert "no native window" not in (place / "data/logs/app.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_packaged_a_window_shows_the_page_and_a_signal_closes_it(
    number: signal.Signals, packaged: Packaged, stranger: Stranger, proof: Path, display: str
) -> None:
    stranger.user = None  # the display may not let others in
    env = {"DISPLAY": display, "LAUNCHER_WINDOW_PROOF": str(proof)}
    running = stranger.start(packaged.program, env=env, headless=False)
    assert page_of(running, proof)["title"] == "Notes"
    assert running.stop(number) == 0


def test_a_signal_that_comes_before_the_window_closes_it_too(
    packaged: Packaged, stranger: Stranger, display: str
) -> None:
    """The app answers before the window is there; an end that is asked for then must not be lost."""
    stranger.user = None
    for attempt in range(3):
        data = stranger.home / f"data {attempt}"
        env = {"DISPLAY": display, "LAUNCHER_HOME": str(data)}
        running = stranger.start(packaged.program, env=env, headless=False)
        log = data / "logs/app.log"
        until(partial(says, log, "the app answers"))
        assert running.stop() == 0


def test_packaged_the_window_was_opened_by_the_build_itself(packaged: Packaged) -> None:
    ended = [event for event in packaged.events if event["event"] == "step" and event["state"] == "end"]
    assert {event["id"]: event["detail"] for event in ended}["window"] == "shows 'Notes'"


def test_packaged_the_machine_s_libraries_are_not_doubled(packaged: Packaged) -> None:
    """A GLib or GTK of ours, loaded beside the machine's WebKitGTK, would be two of one thing."""
    names = {path.name for path in packaged.program.parent.rglob("*.so*")}
    machines = ("libglib-", "libgobject-", "libgio-", "libgtk-", "libgdk", "libcairo", "libsoup", "libwebkit")
    assert not {name for name in names if name.startswith(machines)}
    typelibs = {path.name for path in packaged.program.parent.rglob("*.typelib")}
    assert {"WebKit2-4.1.typelib", "Gtk-3.0.typelib", "GLib-2.0.typelib"} <= typelibs
    size = sum(path.stat().st_size for path in packaged.program.parent.rglob("*") if path.is_file())
    assert size < 60_000_000, "GTK's themes and languages travel along"


def test_packaged_the_machine_s_programs_find_the_machine_s_libraries(
    packaged: Packaged, stranger: Stranger, proof: Path, display: str
) -> None:
    stranger.user = None
    env = {"DISPLAY": display, "LAUNCHER_WINDOW_PROOF": str(proof), "LD_LIBRARY_PATH": "/opt/of-the-user"}
    running = stranger.start(packaged.program, env=env, headless=False)
    page_of(running, proof)
    helpers = [one for one in running.note_processes() if one.name().startswith("WebKit")]
    assert helpers
    for helper in helpers:
        with_paths = helper.environ()
        assert with_paths["LD_LIBRARY_PATH"] == "/opt/of-the-user"
        assert "GI_TYPELIB_PATH" not in with_paths
        # Newer WebKitGTK shows an empty window with some drivers and in virtual machines otherwise.
        assert with_paths["WEBKIT_DISABLE_DMABUF_RENDERER"] == "1"


def test_packaged_what_the_user_says_about_the_renderer_counts(
    packaged: Packaged, stranger: Stranger, proof: Path, display: str
) -> None:
    stranger.user = None
    env = {"DISPLAY": display, "LAUNCHER_WINDOW_PROOF": str(proof), "WEBKIT_DISABLE_DMABUF_RENDERER": "0"}
    running = stranger.start(packaged.program, env=env, headless=False)
    page_of(running, proof)
    helpers = [one for one in running.note_processes() if one.name().startswith("WebKit")]
    assert {one.environ()["WEBKIT_DISABLE_DMABUF_RENDERER"] for one in helpers} == {"0"}
    assert running.stop() == 0


def test_without_webkitgtk_a_packaged_program_opens_in_a_browser(
    packaged: Packaged, stranger: Stranger, place: Path, display: str
) -> None:
    stranger.user = None
    hidden, programs, note = place / "hidden", place / "programs", place / "note"
    hidden.mkdir()
    (hidden / LIBRARY).touch()  # found first, and no library: it does not load
    programs.mkdir()
    (programs / "chromium").write_text(BROWSER, encoding="utf-8")
    (programs / "chromium").chmod(0o755)
    env = {
        "DISPLAY": display,
        "LD_LIBRARY_PATH": str(hidden),
        "LAUNCHER_HOME": str(stranger.home / "data"),
        "PATH": f"{programs}:{os.defpath}",
        "NOTE": str(note),
    }
    running = stranger.start(packaged.program, env=env, headless=False)
    until(lambda: note.is_file() or running.process.poll() is not None)
    address, library_path = note.read_text(encoding="utf-8").splitlines()
    visitor = Visitor(led_to(address))
    until(lambda: visitor.ask("/").status == 200)
    assert "<h1>Notes</h1>" in visitor.ask("/").text
    assert library_path == str(hidden), "a browser of the machine's must not load our libraries"
    assert LIBRARY in (stranger.home / "data/logs/app.log").read_text(encoding="utf-8")
    assert running.stop() == 0


@pytest.mark.slow
def test_a_python_without_the_system_s_pygobject_gets_one_compiled(
    launcher: Path, builder: Builder, display: str, place: Path
) -> None:
    """The player of another Python: PyGObject comes from its lock."""
    needed = ["pkg-config", "--exists", "gobject-introspection-1.0", "cairo"]
    if shutil.which("pkg-config") is None or subprocess.run(needed).returncode:
        pytest.skip("needs Debian's libgirepository1.0-dev libcairo2-dev pkg-config gcc")
    base = Path(sys.base_prefix).resolve()
    if base == Path("/usr"):
        pytest.skip("the tests run in the system's own Python")
    made = build(launcher, builder, place, display, "--python", sys.executable)
    assert list(made.program.parent.rglob("_gi.cpython-*.so"))
