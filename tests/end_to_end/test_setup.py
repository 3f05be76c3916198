"""The setup on a friend's Windows, from its first run to its removal, with a program that keeps rows."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.packager.formats import nsis_setup
from tests.end_to_end.shop import IDENTIFIER, NAME, PLATFORM, Shop, parcel_in
from tests.support.registry import values_below
from tests.support.waiting import until
from tests.support.wine import Windows, fit

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("makensis") is None, reason="there is no NSIS"),
]
USER = "HKEY_CURRENT_USER"
UNINSTALL = rf"{USER}\Software\Microsoft\Windows\CurrentVersion\Uninstall\{IDENTIFIER}"
MENU = "AppData/Roaming/Microsoft/Windows/Start Menu/Programs"


@pytest.fixture
def shop(wine: Windows, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("LAUNCHER_CACHE", str(cache))
    yield Shop(wine)
    wine.run("taskkill", "/F", "/IM", f"{NAME}.exe")


def setup_in(folder: Path, version: str, removed: str = "") -> Path:
    parcel = parcel_in(folder, version, removed=removed)
    fit(parcel.bundle)
    return nsis_setup.make(parcel)[0]


def files_of_user(wine: Windows) -> set[str]:
    """List what a user has, less what Windows itself keeps changing."""
    return {
        path.relative_to(wine.user).as_posix()
        for path in wine.user.rglob("*")
        if path.is_file() and "Temp" not in path.parts and "Temporary Internet Files" not in str(path)
    }


def about_us(wine: Windows) -> set[str]:
    """List what of the registry speaks of us."""
    found = values_below(wine, rf"{USER}\Software")
    return {key for key, value in found.items() if "laden" in f"{key}{value}".lower()}


def start_and_end(wine: Windows, shop: Shop, shortcut: Path, row: str) -> dict[str, object]:
    """Start the program as a click on its shortcut does, put a row into it, and end it."""
    opened = wine.start("start", "/unix", str(shortcut))
    assert opened.process.wait(60) == 0
    answer = shop.ask(row)
    wine.run("taskkill", "/F", "/IM", f"{NAME}.exe")
    (shop.data.private / "running.json").unlink(missing_ok=True)
    return answer


def test_installed_started_updated_and_removed(wine: Windows, shop: Shop, tmp_path: Path) -> None:
    old = setup_in(tmp_path / "1", "1.0", removed="only_in_the_first.txt")
    new = setup_in(tmp_path / "2", "2.0")
    assert new.name == f"{NAME}-2.0-{PLATFORM.tag}-setup.exe"
    before = files_of_user(wine)
    shortcut = wine.user / MENU / f"{NAME}.lnk"
    place = wine.local_data / "Programs" / NAME

    assert wine.run(old, "/S")[0] == 0
    assert (place / "layers/app/only_in_the_first.txt").is_file()
    assert start_and_end(wine, shop, shortcut, "Birnen") == {
        "version": "1.0",
        "rows": ["Birnen"],
        "arguments": [],
    }

    assert wine.run(new, "/S")[0] == 0
    assert not (place / "layers/app/only_in_the_first.txt").exists()
    assert values_below(wine, UNINSTALL)[f"{UNINSTALL}\\DisplayVersion"] == "2.0"
    answer = start_and_end(wine, shop, shortcut, "Äpfel")
    assert (answer["version"], answer["rows"]) == ("2.0", ["Birnen", "Äpfel"])

    assert wine.run(place / "uninstall.exe", "/S")[0] == 0
    until(lambda: not place.exists(), what=lambda: sorted(place.rglob("*")))
    until(lambda: not values_below(wine, UNINSTALL))
    left = files_of_user(wine) - before
    assert {name for name in left if not name.startswith(f"AppData/Local/{IDENTIFIER}/")} == set()
    assert about_us(wine) == set()
    assert (shop.data.home / "shop.db").is_file()
    shutil.rmtree(shop.data.root)


def test_a_document_opens_with_it(wine: Windows, shop: Shop, tmp_path: Path) -> None:
    assert wine.run(setup_in(tmp_path / "1", "1.0"), "/S")[0] == 0
    document = wine.user / "Rechnung für März.laden"
    document.write_text("", encoding="utf-8")
    for key in (".laden", f"{IDENTIFIER}.laden"):  # where this Wine looks; Windows looks at the user's first
        wine.run("reg", "copy", rf"HKCU\Software\Classes\{key}", rf"HKLM\Software\Classes\{key}", "/s", "/f")
    opened = wine.start("start", wine.path_of(document))
    assert opened.process.wait(60) == 0, opened.said
    assert shop.ask()["arguments"] == [wine.path_of(document)]
    wine.run("taskkill", "/F", "/IM", f"{NAME}.exe")
    wine.run(wine.local_data / "Programs" / NAME / "uninstall.exe", "/S", "/DATA")
    until(lambda: not os.path.lexists(shop.data.root))
    document.unlink()
