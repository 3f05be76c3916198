"""The setup for Windows: made by NSIS, and run under Wine."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from launcher import names
from launcher.errors import BuildError, MissingTool
from launcher.packager import formats, ico, icon, plan, platforms, uniform
from launcher.packager.audit import Audit
from launcher.packager.formats import Parcel, nsis_setup
from launcher.project.manifest import Manifest
from launcher.project.target import Target
from tests.support.compiling import for_windows
from tests.support.registry import values_below
from tests.support.waiting import until
from tests.support.wine import Windows

ROOT = Path(__file__).resolve().parents[2]
MOMENT = 1_700_000_000
IDENTIFIER = "org.example.shop"
UNINSTALL = rf"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Uninstall\{IDENTIFIER}"
CLASSES = r"HKEY_CURRENT_USER\Software\Classes"
NAME = "Müller & Shop"
FILE = names.file_name(NAME)
# Runs for as many seconds as it is told.
PROGRAM = r"""
#include <windows.h>
#include <stdio.h>
int wmain(int count, wchar_t **words) {
    puts("runs");
    fflush(stdout);
    Sleep(count > 1 ? _wtoi(words[1]) * 1000 : 0);
    return 0;
}
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("makensis") is None:
        pytest.skip("there is no NSIS")
    return for_windows(tmp_path_factory.mktemp("program") / "program.exe", PROGRAM)


def parcel_of(
    folder: Path,
    program: Path,
    files: Mapping[str, str],
    *,
    version: str = "1.0",
    publisher: str = 'Jürgen "&" $ Söhne',
    documents: Mapping[str, str] | None = None,
) -> Parcel:
    bundle = folder / ".work" / FILE
    (bundle / "layers").mkdir(parents=True)
    shutil.copy(program, bundle / f"{FILE}.exe")
    (bundle / "layers" / "icon.png").write_bytes(ico.encode(icon.from_letters(NAME)))
    for path, text in files.items():
        place = bundle / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    (bundle / "empty").mkdir()
    uniform.settle(bundle, MOMENT)
    target = Target("app", None, "app", "", "test")
    manifest = Manifest(NAME, IDENTIFIER, version, target, publisher=publisher)
    made = plan.make(plan.Options(str(ROOT)))
    config = replace(made.config, documents=documents or {}, project_homepage="https://example.org/?a=1&b=$2")
    made = replace(made, manifest=manifest, config=config, platform=platforms.Platform("windows", "x86_64"))
    return Parcel(bundle, folder, f"{FILE}-{version}", made, MOMENT, Audit())


def setup_of(folder: Path, program: Path, files: Mapping[str, str], **options: object) -> Path:
    return nsis_setup.make(parcel_of(folder, program, files, **options))[0]  # type: ignore[arg-type]


class Friend:
    """Somebody with a Windows, and what is on it of ours."""

    def __init__(self, wine: Windows) -> None:
        self.wine = wine
        self.place = wine.local_data / "Programs" / FILE
        self.data = wine.local_data / IDENTIFIER
        menu = wine.user / "AppData/Roaming/Microsoft/Windows/Start Menu/Programs"
        self.shortcuts = (menu / f"{FILE}.lnk", wine.user / "Desktop" / f"{FILE}.lnk")

    def files(self) -> set[str]:
        return {path.relative_to(self.place).as_posix() for path in self.place.rglob("*") if path.is_file()}

    def uninstall(self, *words: str) -> None:
        self.wine.run(self.place / "uninstall.exe", "/S", *words)
        until(lambda: not self.place.exists(), what=lambda: self.files())  # a copy of it does the work
        until(lambda: not values_below(self.wine, UNINSTALL), what=lambda: values_below(self.wine, UNINSTALL))


@pytest.fixture
def friend(wine: Windows) -> Iterator[Friend]:
    somebody = Friend(wine)
    yield somebody
    if somebody.place.exists():
        somebody.uninstall("/DATA")
    shutil.rmtree(somebody.data, ignore_errors=True)


def test_a_setup_is_there_whole_with_its_digest(tmp_path: Path, program: Path) -> None:
    place, size, digest = nsis_setup.make(parcel_of(tmp_path, program, {"layers/app/app.py": ""}))
    assert place.name == f"{FILE}-1.0-setup.exe" and size == place.stat().st_size
    assert digest == hashlib.sha256(place.read_bytes()).hexdigest()
    assert sorted(os.listdir(tmp_path / ".work")) == [FILE]


def test_the_same_bundle_gives_the_same_bytes_wherever_it_lies(tmp_path: Path, program: Path) -> None:
    files = {f"layers/app/{name}.py": name for name in ("b", "a", "ä [1]", "c")}
    first, second = tmp_path / "one", tmp_path / "another, longer place"
    documents = {".quiz": "Quiz", ".shop": "Shop"}
    one = setup_of(first, program, files, documents=documents).read_bytes()
    backwards = dict(reversed(files.items()))
    assert setup_of(second, program, backwards, documents=documents).read_bytes() == one


def test_a_setup_that_cannot_be_made_leaves_nothing_under_its_name(tmp_path: Path, program: Path) -> None:
    parcel = parcel_of(tmp_path, program, {})
    icon.from_letters("Quiz").save(parcel.bundle / "layers" / "icon.png")  # which NSIS does not read
    with pytest.raises(BuildError, match="makensis"):
        nsis_setup.make(parcel)
    assert os.listdir(tmp_path) == [".work"]


def test_without_nsis_it_is_said_where_to_get_it_before_anything_is_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingTool, match="makensis is not on this machine") as caught:
        formats.check(("setup",), (platforms.Platform("windows", "x86_64"),))
    for words in ("apt install nsis", "brew install makensis", "winget install NSIS.NSIS"):
        assert words in caught.value.todo


def test_a_friend_installs_updates_and_removes_it(tmp_path: Path, program: Path, friend: Friend) -> None:
    documents = {".quiz": 'Quiz "one" & $two'}
    files = {"layers/app/gone.py": "", "layers/old/only.txt": ""}
    old = setup_of(tmp_path / "1", program, files, documents={**documents, ".gone": "Gone"})
    new = setup_of(
        tmp_path / "2", program, {"layers/app/ä [x] 日本.py": ""}, version="2.0", documents=documents
    )
    assert friend.wine.run(old, "/S")[0] == 0
    own = {f"{FILE}.exe", "layers/icon.png", "files.lst", "uninstall.exe"}
    assert friend.files() == own | {"layers/app/gone.py", "layers/old/only.txt"}
    assert (friend.place / "empty").is_dir()
    listed = values_below(friend.wine, UNINSTALL)
    inside = rf"C:\users\{friend.wine.user.name}\AppData\Local\Programs\{FILE}"
    expected = {
        "DisplayName": NAME,
        "DisplayVersion": "1.0",
        "DisplayIcon": rf"{inside}\{FILE}.exe",
        "InstallLocation": inside,
        "URLInfoAbout": "https://example.org/?a=1&b=$2",
    }
    assert {name: listed.get(f"{UNINSTALL}\\{name}") for name in expected} == expected
    classes = values_below(friend.wine, CLASSES)
    kind = f"{IDENTIFIER}.quiz"
    assert rf"{CLASSES}\.quiz\OpenWithProgids\{kind}" in classes
    assert rf"{CLASSES}\{kind}\shell\open\command" in classes
    for shortcut in friend.shortcuts:
        assert f"{inside}\\{FILE}.exe".encode("utf-16-le") in shortcut.read_bytes()
    friend.shortcuts[1].unlink()  # not wanted on the desktop
    friend.data.mkdir()
    (friend.data / "app.db").write_text("a row", encoding="utf-8")
    (friend.place / "notes.txt").write_text("the friend's own", encoding="utf-8")

    assert friend.wine.run(new, "/S")[0] == 0
    assert friend.files() == own | {"layers/app/ä [x] 日本.py", "notes.txt"}
    classes = values_below(friend.wine, CLASSES)
    assert rf"{CLASSES}\{kind}\shell\open\command" in classes
    assert [key for key in classes if ".gone" in key] == []
    assert not (friend.place / "layers" / "old").exists()
    assert values_below(friend.wine, UNINSTALL)[f"{UNINSTALL}\\DisplayVersion"] == "2.0"
    assert [shortcut.exists() for shortcut in friend.shortcuts] == [True, False]

    (friend.place / "notes.txt").unlink()
    friend.uninstall()
    assert (friend.data / "app.db").read_text(encoding="utf-8") == "a row"
    assert [shortcut.exists() for shortcut in friend.shortcuts] == [False, False]
    assert [key for key in values_below(friend.wine, CLASSES) if "quiz" in key] == []


def test_what_else_lies_in_the_chosen_folder_stays_and_data_goes_when_asked(
    tmp_path: Path, program: Path, friend: Friend
) -> None:
    setup = setup_of(tmp_path, program, {"layers/app/app.py": ""})
    chosen = friend.wine.drive / "Müllers-Dinge"
    chosen.mkdir()
    (chosen / "thesis.txt").write_text("mine", encoding="utf-8")
    friend.data.mkdir()
    assert friend.wine.run(setup, "/S", r"/D=C:\Müllers-Dinge")[0] == 0
    assert (chosen / f"{FILE}.exe").is_file() and not friend.place.exists()
    friend.wine.run(chosen / "uninstall.exe", "/S", "/DATA")
    until(lambda: os.listdir(chosen) == ["thesis.txt"], what=lambda: os.listdir(chosen))
    assert not friend.data.exists()


@pytest.mark.slow
def test_a_program_that_runs_is_not_touched(tmp_path: Path, program: Path, friend: Friend) -> None:
    setup = setup_of(tmp_path, program, {"layers/app/app.py": ""})
    assert friend.wine.run(setup, "/S")[0] == 0
    (friend.place / "layers/app/app.py").write_text("older", encoding="utf-8")
    running = friend.wine.start(friend.place / f"{FILE}.exe", "300")
    until(lambda: running.lines, what=lambda: running.said)
    assert friend.wine.run(setup, "/S")[0] == 3
    assert (friend.place / "layers/app/app.py").read_text(encoding="utf-8") == "older"
    running.end()
    assert friend.wine.run(setup, "/S")[0] == 0
    assert (friend.place / "layers/app/app.py").read_text(encoding="utf-8") == ""
