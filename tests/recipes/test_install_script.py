"""The script that puts an unpacked program into a menu: run by a small shell, with an empty home."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from launcher import host
from launcher.packager.formats import tar_gz
from tests.support.parcels import parcel_of
from tests.support.waiting import until

SHELLS = [name for name in ("dash", "busybox", "bash") if shutil.which(name)]
pytestmark = pytest.mark.skipif(not host.LINUX or not SHELLS, reason="menus of Linux")
AWKWARD = "a b/ü \"q\" $HOME `x` 'z' b\\s &|;"
NAME, IDENTIFIER = "Müllers Quiz", "org.example.Quiz"


class Friend:
    """Somebody with a home, and a program unpacked somewhere."""

    def __init__(self, place: Path, shell: str) -> None:
        self.home = place / "home of a friend"
        self.home.mkdir()
        self.folder = place / AWKWARD
        self.folder.mkdir(parents=True)
        self._shell = [shell, "sh"] if shell == "busybox" else [shell]
        archive, *_ = tar_gz.make(parcel_of(place / "out" / "work"))
        with tarfile.open(archive) as packed:
            packed.extractall(self.folder, filter="data")

    @property
    def data(self) -> Path:
        return self.home / ".local" / "share"

    @property
    def entry(self) -> Path:
        return self.data / "applications" / f"{IDENTIFIER}.desktop"

    @property
    def environ(self) -> dict[str, str]:
        return {"HOME": str(self.home), "PATH": os.defpath, "LANG": "C.UTF-8", "XDG_DATA_DIRS": "/usr/share"}

    def install(self, *options: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run the script, from a folder that is not its own."""
        command = [*self._shell, str(self.folder / NAME / tar_gz.INSTALLER), *options]
        environ = {**self.environ, **more}
        return subprocess.run(command, capture_output=True, text=True, cwd="/", env=environ, timeout=60)

    def ask(self, *command: str | Path) -> str:
        """Ask a program of the desktop, where it is installed."""
        if shutil.which(str(command[0])) is None:
            pytest.skip(f"needs {command[0]}")
        return subprocess.run(command, capture_output=True, text=True, env=self.environ, timeout=60).stdout

    def left(self) -> list[str]:
        """List what bears the program's name in the home."""
        return sorted(
            path.relative_to(self.home).as_posix()
            for path in self.home.rglob("*")
            if IDENTIFIER.lower() in path.name.lower()
        )


@pytest.fixture(params=SHELLS)
def friend(tmp_path: Path, request: pytest.FixtureRequest) -> Friend:
    return Friend(tmp_path, request.param)


def test_an_entry_is_made_that_the_desktop_takes(friend: Friend) -> None:
    done = friend.install()
    assert done.returncode == 0 and "is in the menu now" in done.stdout, done.stderr
    assert friend.ask("desktop-file-validate", friend.entry) == ""
    assert (friend.data / f"icons/hicolor/256x256/apps/{IDENTIFIER}.png").is_file()
    assert IDENTIFIER in friend.ask("gio", "mime", f"application/x-{IDENTIFIER}.quiz")
    document = friend.home / "one.quiz"
    document.write_text("?", encoding="utf-8")
    told = friend.ask("gio", "info", "-a", "standard::content-type", document)
    assert f"application/x-{IDENTIFIER}.quiz" in told


def test_the_entry_starts_the_program_with_a_document(friend: Friend) -> None:
    friend.install()
    friend.ask("gio", "launch", friend.entry, str(friend.home / "my table.csv"))
    note = friend.home / "started"
    until(note.exists)
    assert note.read_text(encoding="utf-8") == f"{friend.home / 'my table.csv'}\n"


def test_after_the_folder_was_moved_the_entry_follows(friend: Friend) -> None:
    friend.install()
    before = friend.entry.read_text(encoding="utf-8")
    moved = friend.folder.with_name("elsewhere")
    friend.folder.rename(moved)
    friend.folder = moved
    assert friend.install().returncode == 0
    after = friend.entry.read_text(encoding="utf-8")
    assert before != after and f"TryExec={moved}/{NAME}/{NAME}\n" in after
    assert friend.ask("desktop-file-validate", friend.entry) == ""


def test_nothing_is_left_of_it_but_what_is_others(friend: Friend) -> None:
    other = friend.data / "icons/hicolor/48x48/apps/other.png"
    other.parent.mkdir(parents=True)
    other.touch()
    kept = friend.data / IDENTIFIER / "home" / "notes.db"
    kept.parent.mkdir(parents=True)
    kept.touch()
    assert friend.install().returncode == 0
    assert len(friend.left()) > 10
    done = friend.install("--remove")
    assert done.returncode == 0 and str(friend.data / IDENTIFIER) in done.stdout
    assert friend.left() == [f".local/share/{IDENTIFIER}"]
    assert other.is_file() and kept.is_file()
    assert sorted(os.listdir(friend.data / "icons/hicolor")) == ["48x48"]
    assert friend.install("--remove").returncode == 0  # it may be asked twice


def test_another_folder_for_data_is_used_where_the_user_has_one(friend: Friend) -> None:
    elsewhere = friend.home / "data"
    assert friend.install(XDG_DATA_HOME=str(elsewhere)).returncode == 0
    assert (elsewhere / f"applications/{IDENTIFIER}.desktop").is_file()
    assert not friend.data.exists()


@pytest.mark.parametrize("name", ["100 % mine", "two\nlines"])
def test_a_folder_that_menus_cannot_name_is_refused(friend: Friend, name: str) -> None:
    friend.folder = friend.folder.rename(friend.folder.with_name(name))
    done = friend.install()
    assert done.returncode == 1 and "call that folder otherwise" in done.stderr
    assert friend.left() == []


def test_without_the_program_beside_it_nothing_is_done(friend: Friend) -> None:
    (friend.folder / NAME / NAME).unlink()
    done = friend.install()
    assert done.returncode == 1 and "does not lie beside this file" in done.stderr
    assert friend.left() == []
    assert friend.install("--uninstall").returncode == 1
