"""Environments written by hand, and files for macOS that Apple's own tools made: those in its wheels."""

from __future__ import annotations

import re
import sys
import venv
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from launcher import paths
from launcher.packager import plan
from launcher.packager.across import wheels
from launcher.packager.plan import Plan
from launcher.packager.platforms import MACOS, Platform
from launcher.packager.progress import Progress

MakePlan = Callable[..., Plan]


class Environment:
    """A virtual environment, and what a test installs into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        venv.create(folder, symlinks=True)
        self.python = next(
            path for path in (folder / "bin/python", folder / "Scripts/python.exe") if path.exists()
        )
        self.site = next(iter(folder.glob("lib/python3*/site-packages")), folder / "Lib/site-packages")

    def install(
        self,
        name: str,
        files: Mapping[str, str],
        *,
        version: str = "1.0",
        requires: tuple[str, ...] = (),
        record: tuple[str, ...] = (),
    ) -> None:
        """Lay the files as an installer does; `record` adds lines for files that are not there."""
        info = f"{name.replace('-', '_')}-{version}.dist-info"
        metadata = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {one}" for one in requires)]
        everything = {**files, f"{info}/METADATA": "Metadata-Version: 2.1\n" + "\n".join(metadata) + "\n"}
        for path, text in everything.items():
            place = self.site / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        lines = [*everything, *record, f"{info}/RECORD"]
        (self.site / info / "RECORD").write_text("".join(f"{line},,\n" for line in lines), encoding="utf-8")


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """An environment without anything in it."""
    return Environment(tmp_path / "environment")


@pytest.fixture
def make_plan() -> MakePlan:
    """Return a function that makes the plan of a project, with the tests' own Python unless told."""

    def make(project: Path | str, python: Path | None = None, **options: object) -> Plan:
        return plan.make(
            plan.Options(
                project=str(project),
                python=python or Path(sys.executable),
                **options,  # type: ignore[arg-type]
            )
        )

    return make


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
