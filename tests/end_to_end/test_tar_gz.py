"""The archive for Linux as a friend uses it: unpacked, put into the menu, started from there."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from launcher import host
from launcher.packager.formats import tar_gz
from tests.support import processes
from tests.support.asking import Visitor
from tests.support.running import Running
from tests.support.waiting import until

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.skipif(not host.LINUX, reason="a format of Linux"),
    pytest.mark.skipif(shutil.which("gio") is None, reason="needs gio, which starts what a menu would"),
]


@pytest.fixture
def friend(place: Path, for_linux: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """Somebody's unpacked program, in a folder with an awkward name, and the environment of a session."""
    (archive,) = for_linux.glob("*.tar.gz")
    folder = place / "Für \"dich\" & 'mich' $HOME"
    folder.mkdir()
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    home = place / "home"
    home.mkdir()
    program = next(folder.iterdir())
    yield program, {"HOME": str(home), "PATH": os.defpath, "LANG": "C.UTF-8", "LAUNCHER_HEADLESS": "1"}
    processes.end(running(program))


def running(folder: Path) -> list[psutil.Process]:
    """List the processes of a program that lies in a folder."""
    return [
        process
        for process in psutil.process_iter(["exe"])
        if (process.info["exe"] or "").startswith(f"{folder}/")
    ]


def test_a_program_starts_from_the_menu_and_leaves_it(
    friend: tuple[Path, dict[str, str]], place: Path
) -> None:
    folder, environ = friend
    installer = folder / tar_gz.INSTALLER

    def install(*options: str) -> None:
        subprocess.run(["sh", installer, *options], env=environ, check=True, cwd="/", capture_output=True)

    install()
    entry = Path(environ["HOME"]) / ".local/share/applications/org.example.guests.desktop"
    document = Path(environ["HOME"]) / "my first.quiz"
    document.write_text("?", encoding="utf-8")
    started = Running(["gio", "launch", str(entry), str(document)], environ, place / "menu")
    assert started.wait() == 0, started.stderr  # the program goes on without it
    until(lambda: started.stdout.endswith("\n"))
    visitor = Visitor(started.entry())
    assert visitor.ask("/").status == 200
    assert visitor.ask("/notes", method="POST", body=b"text=kept").status in (200, 302)
    own = running(folder)
    assert any(str(document) in process.cmdline() for process in own)
    for process in own:
        if str(document) in process.cmdline():
            process.terminate()
    until(lambda: not running(folder))
    install("--remove")
    assert not entry.exists()
    assert list((Path(environ["HOME"]) / ".local/share/org.example.guests").rglob("notes.db"))
