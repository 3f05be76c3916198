"""A friend's Windows that has no WebView2, or a .NET that does not work: the app opens all the same.

This Wine has neither. What it is told in the registry makes it look as if it had.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.shop import Shop, parcel_in
from tests.support.compiling import for_windows
from tests.support.waiting import until
from tests.support.wine import Program, Windows, fit

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow]
EDGE = "Program Files (x86)/Microsoft/Edge/Application"
CLIENT = r"Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"
FRAMEWORK = r"HKLM\SOFTWARE\Microsoft\NET Framework Setup\NDP\v4\Full"
# Notes what it was asked to show, and is open until it is closed.
BROWSER = r"""
#include <windows.h>
#include <stdio.h>
int wmain(void) {
    FILE *file = _wfopen(L"C:\\asked.part", L"w, ccs=UTF-8");
    fputws(GetCommandLineW(), file);
    fclose(file);
    MoveFileExW(L"C:\\asked.part", L"C:\\asked.txt", MOVEFILE_REPLACE_EXISTING);
    while (GetFileAttributesW(L"C:\\close.txt") == INVALID_FILE_ATTRIBUTES) Sleep(50);
    return 0;
}
"""


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    folder = tmp_path_factory.mktemp("laid")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAUNCHER_CACHE", str(cache))
        bundle = parcel_in(folder).bundle
    fit(bundle)
    return bundle / f"{bundle.name}.exe"


@pytest.fixture
def shop(wine: Windows) -> Iterator[Shop]:
    for name in ("asked.txt", "close.txt"):
        (wine.drive / name).unlink(missing_ok=True)
    one = Shop(wine)
    yield one
    shutil.rmtree(wine.drive / EDGE, ignore_errors=True)
    shutil.rmtree(one.data.root, ignore_errors=True)


def asked(wine: Windows) -> str:
    place = wine.drive / "asked.txt"
    until(place.is_file, seconds=120)
    return place.read_text("utf-8-sig")


def put_edge(wine: Windows) -> None:
    place = wine.drive / EDGE
    place.mkdir(parents=True)
    for_windows(place / "msedge.exe", BROWSER)


def closed(wine: Windows, started: Program) -> None:
    (wine.drive / "close.txt").touch()
    assert started.wait() == 0


def test_without_webview2_edge_shows_the_app_in_a_window_of_its_own(
    wine: Windows, laid: Path, shop: Shop
) -> None:
    put_edge(wine)
    started = wine.start(laid, headless=False)
    command = asked(wine)
    assert "--app=http://127.0.0.1:" in command or "--app=file:" in command
    assert f"--user-data-dir={wine.path_of(shop.data.web_profile)}" in command
    assert shop.ask("Birnen")["rows"] == ["Birnen"]
    closed(wine, started)
    assert "no native window (OSError: WebView2 is not installed); opening a browser" in shop.log()
    assert shop.log().endswith("ended\n")
    assert "mshtml" not in shop.log().lower()


def test_where_net_does_not_work_the_app_goes_on_serving(wine: Windows, laid: Path, shop: Shop) -> None:
    put_edge(wine)
    client = rf"HKLM\SOFTWARE\WOW6432Node\{CLIENT}"
    wine.run("reg", "add", client, "/v", "pv", "/d", "140.0.3485.54", "/f")
    wine.run("reg", "add", FRAMEWORK, "/v", "Release", "/t", "REG_DWORD", "/d", "533320", "/f")
    try:
        started = wine.start(laid, headless=False)
        assert "--app=" in asked(wine)
        assert shop.ask()["version"] == "1.0"
        closed(wine, started)
    finally:
        wine.run("reg", "delete", client, "/f")
        wine.run("reg", "delete", FRAMEWORK, "/f")
    (line,) = [line for line in shop.log().splitlines() if "no native window" in line]
    assert "(RuntimeError: " in line and ", after RuntimeError: " in line and "opening a browser" in line
    assert "mshtml" not in shop.log().lower()


def test_without_edge_the_default_browser_is_asked(
    wine: Windows, laid: Path, shop: Shop, tmp_path: Path
) -> None:
    noted, script = tmp_path / "noted", tmp_path / "browser"
    script.write_text(f'#!/bin/sh\necho "$1" >> "{noted}"\n', encoding="utf-8")
    script.chmod(0o755)
    wine.run("reg", "add", r"HKCU\Software\Wine\WineBrowser", "/v", "Browsers", "/d", str(script), "/f")
    started = wine.start(laid, headless=False)
    until(noted.is_file, seconds=120, what=lambda: f"{shop.log()}{started.said!r}")
    assert shop.ask()["version"] == "1.0"
    started.end()
    assert "127.0.0.1:" in noted.read_text("utf-8") or "file:" in noted.read_text("utf-8")
    assert "opening a browser" in shop.log()
