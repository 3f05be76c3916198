"""A packaged program with Qt in its window on a friend's machine: paint, pages' memories, links, printing."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from launcher import host
from launcher.packager import webview
from tests.end_to_end.builds import Builder, set_up
from tests.end_to_end.frozen import Stranger, open_folder, sealed
from tests.support.browsers import led_to
from tests.support.processes import left_of
from tests.support.running import Running
from tests.support.waiting import until

pytest.importorskip("Xlib", reason="looks at windows as X shows them", exc_type=ImportError)

from tests.support.screens import Screen, colours, virtual_screen

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.window,
    pytest.mark.skipif(not webview.has("qt") or not host.LINUX, reason="Qt is not installed here"),
]

# A page whose script looks at what it kept, keeps one more, and tells; all of it is a link out.
APP = r"""
import json
import os
import subprocess
import threading
from pathlib import Path

from flask import Flask, redirect, request, session

PAGE = '''<!doctype html><meta charset="utf-8"><title>Memories</title>
<body style="margin: 0; background: #2b6; color: white"><h1>Memories</h1>
<a href="https://example.org/elsewhere?a=1&amp;b=2" target="_blank" style="position: fixed; inset: 0">out</a>
<script>
const opened = new Promise((resolve, reject) => {
  const asked = indexedDB.open("memories", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("kept");
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});
async function kept(mode, act) {
  const change = (await opened).transaction("kept", mode);
  const asked = act(change.objectStore("kept"));
  await new Promise(resolve => change.oncomplete = resolve);
  return asked.result;
}
async function look() {
  const found = {
    storage: Number(localStorage.kept || 0),
    database: await kept("readonly", store => store.get("kept")) || 0,
    cookie: Number((document.cookie.match(/kept=(\d+)/) || [0, 0])[1]),
    secure: isSecureContext,
    address: location.href,
  };
  localStorage.kept = found.storage + 1;
  document.cookie = `kept=${found.cookie + 1}; max-age=99999999`;
  await kept("readwrite", store => store.put(found.database + 1, "kept"));
  return found;
}
const tell = what => fetch("/tell", {
  method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(what)
});
look().catch(error => ({error: String(error)})).then(tell).then(() => location.hash || THEN);
</script>'''

app = Flask(__name__)
app.secret_key = os.urandom(16)
then = os.environ.get("THEN", "0")
if then == "stay":
    threading.Thread(target=threading.Event().wait).start()
    then = 'fetch("/hold/held")'


@app.route("/")
def index():
    session["visits"] = session.get("visits", 0) + 1
    session.permanent = True
    return PAGE.replace("THEN", then)


@app.route("/tell", methods=["POST"])
def tell():
    child = subprocess.run(["/usr/bin/env", "-0"], capture_output=True, text=True, check=True).stdout
    found = {**request.json, "visits": session["visits"], "child": child.split("\0")}
    Path("told.part").write_text(json.dumps(found))
    Path("told.part").replace("told.json")
    return ""


@app.route("/hold/<name>")
def hold(name):
    Path(name).touch()
    threading.Event().wait()
"""
BROWSER = """#!/bin/sh
printf '%s\\n' "$@" > "{note}.part"
/usr/bin/env >> "{note}.part"
/bin/mv "{note}.part" "{note}"
"""


@pytest.fixture(scope="module")
def programs(builder: Builder) -> Iterator[list[Path]]:
    """One app as two programs of different names."""
    with open_folder() as place:
        project = place / "project"
        project.mkdir()
        (project / "app.py").write_text(APP, encoding="utf-8")
        set_up(project, webview="qt")
        made = [
            builder.build(project, place / "dist", "--name", name, "--no-verify").program
            for name in ("Memories", "Others")
        ]
        shutil.rmtree(project)
        yield made


@dataclass
class Friend:
    """Somebody at a screen, with one browser that writes down what it is asked to show."""

    stranger: Stranger
    screen: Screen
    place: Path

    def start(self, program: Path, *, data: str = "data", **env: str) -> Running:
        """Start the program with its window."""
        environ = {
            "DISPLAY": self.screen.name,
            "PATH": str(self.place),
            "BROWSER": str(self.place / "firefox"),
            "LAUNCHER_HOME": str(self.stranger.home / data),
            "LAUNCHER_WINDOW_PROOF": str(self.stranger.home / f"{data}.proof"),
            **env,
        }
        return self.stranger.start(program, headless=False, env=environ)

    def told(self, data: str = "data") -> dict[str, Any]:
        """Wait for what the page tells, and take it away."""
        place = self.stranger.home / data / "home" / "told.json"
        until(place.exists, seconds=90, what=lambda: self.log(data))
        found: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
        place.unlink()
        assert "error" not in found
        return found

    def log(self, data: str = "data") -> str:
        place = self.stranger.home / data / "logs" / "app.log"
        return place.read_text(encoding="utf-8") if place.exists() else ""

    def note(self) -> list[str]:
        """Wait for the browser, and return its first argument that is an address and its environment."""
        place = self.stranger.home / "note"
        until(place.exists, what=self.log)
        return place.read_text(encoding="utf-8").splitlines()

    def close(self, running: Running, name: str = "Memories") -> int:
        """Close the window as the cross in its frame does; nothing may be left."""
        everyone = running.note_processes()
        self.screen.close(name)
        assert left_of(everyone) == []
        return running.process.wait(5)


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    """A screen that no other program draws on."""
    with virtual_screen() as made:
        yield made


@pytest.fixture
def friend(stranger: Stranger, screen: Screen, place: Path) -> Friend:
    programs = place / "programs"
    programs.mkdir()
    (programs / "firefox").write_text(BROWSER.format(note=stranger.home / "note"), encoding="utf-8")
    (programs / "firefox").chmod(0o755)
    return Friend(stranger, screen, programs)


@pytest.fixture
def program(programs: list[Path]) -> Iterator[Path]:
    """The first program, in a bundle that nobody may write to."""
    with sealed(programs[0].parent):
        yield programs[0]


def test_what_a_page_keeps_is_there_again_and_a_change_of_address_is_said(
    friend: Friend, program: Path
) -> None:
    addresses = []
    for visit in range(2):
        running = friend.start(program)
        found = friend.told()
        assert (found["storage"], found["database"], found["cookie"], found["visits"]) == (
            *(visit, visit, visit),
            visit + 1,
        )
        assert found["secure"] is True
        addresses.append(found["address"])
        assert friend.close(running) == 0
    assert addresses[0] == addresses[1]
    port = int(addresses[0].rpartition(":")[2].strip("/"))
    assert addresses[0] == f"http://127.0.0.1:{port}/"
    with socket.create_server(("127.0.0.1", port)):
        running = friend.start(program)
        found = friend.told()
        assert (found["cookie"], found["visits"]) == (2, 3)
        assert f"port {port} is taken by another program" in friend.log()
        assert friend.close(running) == 0


def test_link_to_elsewhere_opens_the_machine_s_browser_without_our_libraries(
    friend: Friend, program: Path
) -> None:
    running = friend.start(program, LD_LIBRARY_PATH="/opt/of-the-user", XDG_DATA_HOME="/home/data")
    friend.told()
    click_in_the_middle(friend.screen)
    note = friend.note()
    assert "https://example.org/elsewhere?a=1&b=2" in note
    assert {"LD_LIBRARY_PATH=/opt/of-the-user", "XDG_DATA_HOME=/home/data"} <= {*note}
    assert [line for line in note if str(program.parent) in line or line.startswith(("QT_", "_PYI"))] == []
    assert friend.close(running) == 0


def click_in_the_middle(screen: Screen) -> None:
    screen.click(640, 450)


def test_page_that_prints_is_opened_as_a_pdf(friend: Friend, program: Path) -> None:
    running = friend.start(program, THEN="window.print()")
    friend.told()
    (address,) = [line for line in friend.note() if line.startswith("file:")]
    printed = friend.stranger.home / "data" / "private" / "printed.pdf"
    assert address.endswith("/printed.pdf")
    assert printed.read_bytes().startswith(b"%PDF-")
    assert friend.close(running) == 0


def test_children_of_the_app_see_nothing_of_the_bundle(friend: Friend, program: Path) -> None:
    running = friend.start(program)
    child = friend.told()["child"]
    named = [line.partition("=")[0] for line in child if str(program.parent) in line]
    assert {*named} <= {"_LAUNCHER_PYTHON", "PATH"}, "the commands of its distributions are found"
    assert not [line for line in child if line.startswith(("QT_", "QML", "QTWEBENGINE", "LD_", "_PYI"))]
    assert friend.close(running) == 0


def test_dead_proxy_keeps_the_window_from_nothing(friend: Friend, program: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as dead:
        address = f"http://127.0.0.1:{dead.getsockname()[1]}"
    names = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    running = friend.start(program, **dict.fromkeys(names, address))
    assert friend.told()["visits"] == 1
    assert friend.close(running) == 0


def test_closing_the_window_ends_all_that_runs_and_says_what_it_cut(friend: Friend, program: Path) -> None:
    running = friend.start(program, THEN="stay")
    friend.told()
    until((friend.stranger.home / "data" / "home" / "held").exists)
    assert friend.close(running) == 0
    assert "1 request(s) were still unfinished at the end" in friend.log()


def test_second_start_brings_the_first_window_to_the_front(friend: Friend, program: Path) -> None:
    running = friend.start(program)
    friend.told()
    until(lambda: friend.screen.foremost() == "Memories")
    with friend.screen.covered():
        until(lambda: friend.screen.foremost() == "a cover")
        assert friend.start(program).process.wait(60) == 0
        until(lambda: friend.screen.foremost() == "Memories")
    assert friend.close(running) == 0


def test_two_programs_open_together_keep_their_users_apart(friend: Friend, programs: list[Path]) -> None:
    for visit in (1, 2):
        running = [friend.start(program, data=program.name) for program in programs]
        found = [friend.told(program.name) for program in programs]
        assert [one["visits"] for one in found] == [visit, visit]
        assert found[0]["address"] != found[1]["address"]
        for one, program in zip(running, programs, strict=True):
            assert friend.close(one, program.name) == 0


@pytest.mark.parametrize("user", ["ordinary", "root"])
def test_window_is_painted_for_whoever_starts_it(
    user: str, friend: Friend, program: Path, tmp_path: Path
) -> None:
    if user == "root":
        if not host.is_root():
            pytest.skip("only root may be root")
        friend.stranger.user = None
    elif friend.stranger.user is None and host.is_root():
        pytest.skip("there is no ordinary user here")
    running = friend.start(program)
    friend.told()
    picture = tmp_path / "screen.png"
    until(lambda: colours(friend.screen.picture(picture)) > 1)
    proof = json.loads((friend.stranger.home / "data.proof").read_text(encoding="utf-8"))
    assert proof["title"] == "Memories"
    assert friend.close(running) == 0


def test_libraries_of_the_web_view_find_all_that_they_link_to(program: Path) -> None:
    internal = program.parent / "_internal"
    env = {**os.environ, "LD_LIBRARY_PATH": str(internal), "LC_ALL": "C"}
    qt = internal / "PySide6" / "Qt"
    asked = [
        qt / "plugins" / "platforms" / "libqxcb.so",
        qt / "plugins" / "platforms" / "libqwayland.so",
        qt / "libexec" / "QtWebEngineProcess",
        qt / "lib" / "libQt6WebEngineCore.so.6",
    ]
    for path in asked:
        said = subprocess.run(["ldd", str(path)], env=env, capture_output=True, text=True, check=True)
        assert "not found" not in said.stdout, path
    assert list(internal.rglob("libxcb-cursor.so.0"))
    for needed in ("icudtl.dat", "qtwebengine_resources.pak", "en-US.pak", "v8_context_snapshot.bin"):
        assert list(qt.rglob(needed)), needed
    paths = [path.relative_to(program.parent).as_posix() for path in program.parent.rglob("*")]
    assert len(longest := max(paths, key=len)) <= 150, longest


def test_machine_without_what_qt_needs_opens_the_app_in_a_browser_and_says_what_is_missing(
    friend: Friend, program: Path
) -> None:
    hidden = friend.place / "hidden"
    hidden.mkdir()
    (hidden / "libEGL.so.1").touch()  # found first, and no library: it does not load
    running = friend.start(program, LD_LIBRARY_PATH=str(hidden))
    note = friend.note()
    assert [line for line in note if led_to(line).startswith("http://127.0.0.1:")]
    assert "no native window (ImportError" in friend.log() and "libEGL.so.1" in friend.log()
    assert "install what Debian calls libegl1 and libgl1" in friend.log()
    assert running.stop() == 0


@pytest.mark.parametrize("display", ["", ":45678"])
def test_program_without_a_screen_says_so_and_ends_in_order(
    display: str, friend: Friend, program: Path
) -> None:
    running = friend.start(program, DISPLAY=display, BROWSER="")
    assert running.process.wait(60) == 6
    assert running.stderr.startswith("There is no screen here that Memories could open its window on.\n")
    assert running.stderr.count("\n") == 2
