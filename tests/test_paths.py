"""Everything that an app writes lies in one folder, and only its user can look into it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from launcher import host, paths
from launcher.paths import AppFolders, app_folders, bundled, cache_folder


def test_launcher_home_takes_all_that_an_app_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAUNCHER_HOME", str(tmp_path / "chosen"))
    folders = app_folders("org.example.quiz")
    assert folders.root == tmp_path / "chosen"
    for place in (folders.home, folders.logs, folders.web_profile, folders.private):
        assert place.parent == folders.root


def test_launcher_home_may_be_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app's process changes its working directory; its folder must not move with it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LAUNCHER_HOME", "data")
    assert app_folders("org.example.quiz").root == tmp_path / "data"


@pytest.mark.skipif(not host.LINUX, reason="asks where Linux keeps data")
def test_apps_have_folders_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LAUNCHER_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert app_folders("org.example.quiz").root == tmp_path / "org.example.quiz"
    assert app_folders("org.example.shop").root == tmp_path / "org.example.shop"


@pytest.mark.skipif(host.WINDOWS, reason="Windows has no mode bits")
def test_folders_are_closed_to_other_users(tmp_path: Path) -> None:
    folders = AppFolders(tmp_path / "deep" / "data")
    folders.make()
    folders.make()
    for place in (folders.root, folders.logs, folders.web_profile, folders.private):
        assert stat.S_IMODE(place.stat().st_mode) == 0o700


def test_packager_has_a_cache_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAUNCHER_CACHE", str(tmp_path / "cache"))
    assert cache_folder() == tmp_path / "cache"


@pytest.mark.parametrize("name", ["build", "app", "icons", "pyproject.toml"])
def test_files_that_travel_with_us_are_found(name: str) -> None:
    assert bundled(name).exists()


def test_files_that_travel_lie_inside_the_package_when_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "PACKAGE", tmp_path / "launcher")
    (tmp_path / "launcher" / "bundled" / "icons").mkdir(parents=True)
    assert bundled("icons") == tmp_path / "launcher" / "bundled" / "icons"
    assert bundled("app") == tmp_path / "app"
