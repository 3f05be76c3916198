"""Files that Apple's own tools made and signed: those in wheels for macOS."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from launcher import paths
from launcher.packager.across import wheels
from launcher.packager.platforms import MACOS, Platform
from launcher.packager.progress import Progress


@pytest.fixture(scope="session")
def brought(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with PyInstaller's programs, which a linker signed, and libraries that codesign did."""
    lock = (paths.bundled("build") / "locks" / "player.txt").read_text(encoding="utf-8")
    pinned = re.search(r"^pyinstaller==[\w.]+", lock, re.MULTILINE)
    assert pinned is not None
    place = tmp_path_factory.mktemp("wheels") / "site"
    words = ("--no-deps", pinned[0], "pyzmq==27.3.0")
    wheels.install(place, words, Platform(MACOS, "arm64"), (3, 11), Progress(lambda event: None))
    return place


@pytest.fixture(scope="session")
def program(brought: Path) -> bytes:
    """PyInstaller's program for windows, for both machines."""
    return (brought / "PyInstaller/bootloader/Darwin-64bit/runw").read_bytes()


@pytest.fixture(scope="session")
def library(brought: Path) -> bytes:
    """A library that codesign signed ad hoc, for both machines."""
    return next(brought.glob("zmq/backend/cython/_zmq*.so")).read_bytes()
