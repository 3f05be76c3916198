"""Packaged programs on other systems: the smallest there are, in which there is nothing but what they bring.

Slow: each system is fetched and installed, which takes half a minute. They are kept in the cache.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from launcher import host
from launcher.packager import webview
from launcher.packager.site import elf
from tests.end_to_end.builds import Build, Builder, copy_project
from tests.end_to_end.frozen import STRANGER, open_folder
from tests.support.asking import Visitor
from tests.support.browsers import led_to
from tests.support.running import Running, ids_of
from tests.support.waiting import until

pytest.importorskip("Xlib", reason="looks at windows as X shows them", exc_type=ImportError)

from tests.support.screens import Screen, colours, virtual_screen

NEEDED = ("debootstrap", "unshare", "pivot_root", "mount")
pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.slow,
    pytest.mark.skipif(not host.LINUX or not host.is_root(), reason="needs the rights to make a system"),
    pytest.mark.skipif(any(shutil.which(name) is None for name in NEEDED), reason="needs debootstrap"),
]
SUITES = ("bookworm", "trixie")
# What a window of Qt needs of the system, as `launcher doctor` and the program itself say it.
DISPLAY = ("libegl1", "libgl1", "fontconfig-config", "fonts-dejavu-core")
TITLE = "Elsewhere"
Enter = Callable[..., Running]


@pytest.fixture(scope="module")
def programs(builder: Builder, samples_folder: Path) -> Iterator[Mapping[str, Build]]:
    """One sample as a program with its page in the browser, and as one with Qt."""
    with open_folder() as place:
        built = {}
        for view in ("browser", "qt"):
            if view == "qt" and not webview.has("qt"):
                continue
            project = copy_project(samples_folder / "single_file", place / view / "project", webview=view)
            name = f"--name={TITLE}"
            built[view] = builder.build(project, place / view / "dist", name, "--no-verify", cwd=place)
            shutil.rmtree(project)
        yield built


@pytest.fixture(scope="module")
def samples_folder() -> Path:
    return Path(__file__).resolve().parents[1] / "samples"


@pytest.fixture
def enter(place: Path, programs: Mapping[str, Build]) -> Iterator[Enter]:
    """Return a function that starts a command in a system, in which a program is at /opt/program."""
    home = place / "home"
    home.mkdir()
    os.chown(home, *ids_of(STRANGER))
    started: list[Running] = []

    def start(root: Path, view: str, *command: str, **env: str) -> Running:
        if view not in programs:
            pytest.skip("Qt is not installed here")
        seen = {"/opt/program": str(programs[view].program.parent), "/home/friend": str(home)}
        if "DISPLAY" in env:
            seen["/tmp/.X11-unix"] = "/tmp/.X11-unix"
        apart = ["unshare", "--mount", "--propagation", "private", sys.executable]
        words: list[str | Path] = [*apart, Path(__file__).with_name("enter.py"), root, STRANGER]
        words += [*(f"{where}={what}" for where, what in seen.items()), "--", *command]
        plain = {"HOME": "/home/friend", "PATH": os.defpath, "LANG": "C.UTF-8"}
        plain["LAUNCHER_HOME"] = "/home/friend/data"
        started.append(Running(words, {**plain, **env}, place / str(len(started))))
        return started[-1]

    yield start
    for running in started:
        running.clean_up()


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    with virtual_screen() as made:
        yield made


BROWSER = """#!/bin/sh
printf '%s\\n' "$@" > /home/friend/note.part
/bin/mv /home/friend/note.part /home/friend/note
"""
PROGRAM = f"/opt/program/{TITLE}"


@pytest.mark.parametrize("suite", SUITES)
def test_a_program_starts_where_there_is_nothing_but_the_system(
    system: Callable[..., Path], enter: Enter, suite: str
) -> None:
    root = system(suite)
    assert not list(root.glob("usr/bin/python3*"))
    running = enter(root, "browser", PROGRAM, LAUNCHER_HEADLESS="1")
    visitor = running.visit()
    assert visitor.ask("/").status == 200
    assert visitor.ask("/notes", method="POST", body=b"text=from+elsewhere").status in (200, 302)
    assert "from elsewhere" in visitor.ask("/notes").text
    assert running.stop() == 0


@pytest.mark.parametrize("suite", SUITES)
def test_a_window_of_qt_is_painted_with_what_the_program_asks_for(
    system: Callable[..., Path], enter: Enter, screen: Screen, place: Path, suite: str
) -> None:
    root = system(suite, *DISPLAY)
    proof = place / "home" / "proof"
    running = enter(root, "qt", PROGRAM, DISPLAY=screen.name, LAUNCHER_WINDOW_PROOF="/home/friend/proof")
    until(lambda: proof.exists() or running.process.poll() is not None, seconds=90, what=lambda: log(place))
    assert proof.exists(), (log(place), running.stderr)
    assert TITLE in screen.titles()
    picture = place / "screen.png"
    until(lambda: colours(screen.picture(picture)) > 10, seconds=30)
    keep = os.environ.get("LAUNCHER_TEST_PICTURES")
    if keep:
        shutil.copy(picture, Path(keep) / f"{suite}.png")
    assert running.stop() == 0


@pytest.mark.parametrize("suite", SUITES)
def test_without_the_libraries_of_a_window_it_names_what_is_lacking_and_takes_the_browser(
    system: Callable[..., Path], enter: Enter, screen: Screen, place: Path, suite: str
) -> None:
    home = place / "home"
    (home / "firefox").write_text(BROWSER, encoding="utf-8")
    (home / "firefox").chmod(0o755)
    running = enter(system(suite), "qt", PROGRAM, DISPLAY=screen.name, BROWSER="/home/friend/firefox")
    note = home / "note"
    until(note.exists, seconds=60, what=lambda: log(place))
    (said,) = [line for line in log(place).splitlines() if "no native window" in line]
    assert re.search(r"lib(GL|EGL)\.so\.1: cannot open shared object file", said)
    assert "install what Debian calls libegl1 and libgl1" in said
    assert said.endswith("opening a browser")
    (address,) = re.findall(r"\S+://\S+", note.read_text(encoding="utf-8"))
    # The browser's home is another one outside of that system.
    assert "Notes" in Visitor(led_to(address.replace("/home/friend", str(home)))).ask("/").text
    assert screen.titles() == []
    assert running.stop() == 0


@pytest.mark.parametrize("suite", SUITES)
def test_the_loader_of_the_system_finds_all_that_the_window_links_to(
    system: Callable[..., Path], enter: Enter, programs: Mapping[str, Build], suite: str
) -> None:
    root = system(suite, *DISPLAY)
    if "qt" not in programs:
        pytest.skip("Qt is not installed here")
    bundle = programs["qt"].program.parent
    (plugin,) = bundle.rglob("libqxcb.so")
    # The program tells the loader of its own folder when it starts.
    own = {"LD_LIBRARY_PATH": "/opt/program/_internal"}
    running = enter(root, "qt", "/usr/bin/ldd", f"/opt/program/{plugin.relative_to(bundle)}", **own)
    assert running.wait() == 0, running.stderr
    assert "libxcb.so.1 => " in running.stdout
    assert "not found" not in running.stdout, running.stdout


@pytest.mark.parametrize("view", ["browser", "qt"])
def test_no_file_asks_for_a_newer_c_library_than_the_build_says(
    system: Callable[..., Path], programs: Mapping[str, Build], view: str
) -> None:
    if view not in programs:
        pytest.skip("Qt is not installed here")
    build = programs[view]
    floor = elf.floor_of(build.program.parent)
    assert floor is not None
    titles = " ".join(event["title"] for event in build.events if event["event"] == "warning")
    said = re.search(r"Friends need glibc (\d+)\.(\d+)", titles)
    limit = (int(said[1]), int(said[2])) if said else (2, 28)
    assert floor.version <= limit
    for suite in SUITES:
        (library,) = system(suite).glob("usr/lib/*/libc.so.6")
        brought = re.search(rb"GNU C Library .* version (\d+)\.(\d+)", library.read_bytes())
        assert brought is not None
        print(f"{view}: needs {floor.version}, says {limit}, {suite} has {brought[1]!r}.{brought[2]!r}")
        assert floor.version <= (int(brought[1]), int(brought[2]))


def log(place: Path) -> str:
    """Return what the program wrote down."""
    file = place / "home" / "data" / "logs" / "app.log"
    return file.read_text(encoding="utf-8") if file.exists() else ""
