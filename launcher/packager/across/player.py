"""The player of another platform: laid from that platform's own files, and then cached."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from launcher import paths
from launcher.packager import player, player_contents
from launcher.packager.across import pinned, pythons, wheels
from launcher.packager.across.pythons import Python, index
from launcher.packager.commands import run
from launcher.packager.components import Component, Text
from launcher.packager.plan import Plan
from launcher.packager.platforms import LINUX, MACOS, WINDOWS, given_for
from launcher.packager.progress import Progress
from launcher.project import environment

LOCK = "player.txt"
# What freezes, and what that needs: no part of a player.
FREEZES = frozenset(
    (
        *("altgraph", "macholib", "packaging", "pefile", "pyinstaller", "pyinstaller-hooks-contrib"),
        *("pywin32-ctypes", "setuptools"),
    )
)
# What a player without a web view of its own has.
WITHOUT_VIEW = frozenset(("ifaddr", "platformdirs", "segno", "tzdata", "waitress"))
NAMES = {WINDOWS: "Windows", MACOS: "macOS", LINUX: "Linux"}
# PyInstaller's names: of the folder with a platform's bootloaders, and of the one without a console.
BOOTLOADERS = {
    WINDOWS: ("Windows-64bit-intel", "runw.exe"),
    MACOS: ("Darwin-64bit", "runw"),
    LINUX: ("Linux-64bit-intel", "run"),
}
MARKERS = {
    WINDOWS: {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
    MACOS: {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    LINUX: {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
}
CONTENTS = "_internal"


@dataclass(frozen=True, slots=True)
class Got:
    """A player: its folder, whether it was cached, where its Python is from, and the version of that."""

    place: Path
    cached: bool
    told: str
    version: str


def player_for(plan: Plan, given: Mapping[str, Path], progress: Progress) -> Got:
    """Return the player of `plan.platform` for the project's Python; `given` are those that the user names.

    The folder is laid out as a bundle of that platform is, with `player.EXECUTABLE` as the program's name.
    Raises BuildError where no Python can be had, or one is not what it is said to be.
    """
    platform, minor = plan.platform, plan.interpreter.version[:2]
    python = pythons.get(platform, minor, given_for(platform, dict(given)), progress)
    told = f"Python {python.version} for {NAMES[platform.system]} from {python.origin}, {python.checked}"
    sources = player.sources_of_runtime()
    key = player.key_of(
        *(python.place.name.encode(), plan.webview.kind.encode()),
        *(".".join(map(str, plan.interpreter.version)).encode(), pinned.lock(LOCK).read_bytes()),
        *(*sources.values(), *player.recipes().values(), *pythons.own_sources()),
    )
    label = f"{platform.tag}-{python.version}-{plan.webview.kind}"
    place = paths.cache_folder() / "players" / f"{label}-{key}"
    if (place / player.COMPLETE).is_file():
        return Got(place, True, told, python.version)
    with player.locked(place):
        if not (place / player.COMPLETE).is_file():
            _freeze(place, plan, python, sources, progress)
    return Got(place, False, told, python.version)


def _freeze(place: Path, plan: Plan, python: Python, sources: dict[str, bytes], progress: Progress) -> None:
    freezer = player.environment_for(plan.interpreter, progress)
    platform = plan.platform
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".freezing-") as scratch:
        work = Path(scratch)
        player.lay_sources(sources, work / "sources")
        fresh = work / player.EXECUTABLE
        contents = fresh / CONTENTS
        recipes = paths.bundled("build") / "player"
        _fetch(work, plan, progress)
        shutil.copytree(python.binaries, contents)
        folder, name = BOOTLOADERS[platform.system]
        own = python.standard_library or _standard_library(plan)
        settings = {
            "entry": str(recipes / "entry.py"),
            "sources": str(work / "sources"),
            "standard_library": [str(own)],
            "site": str(work / "site"),
            "bootloader": str(work / "freezer" / "PyInstaller" / "bootloader" / folder / name),
            "python_library": python.library,
            "windows": platform.system == WINDOWS,
            "scratch": str(work),
            "program": str(fresh / platform.executable_name(player.EXECUTABLE)),
            "contents": str(contents),
        }
        (work / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
        run(
            [freezer, recipes / "across.py", work / "settings.json"],
            todo=player.RETRY,
            environ={"PYTHONPATH": None, "PYTHONHASHSEED": "0"},
            on_line=progress.output,
        )
        _write_about(work, plan, python, fresh / player.ABOUT)
        (fresh / player.COMPLETE).touch()
        shutil.rmtree(place, ignore_errors=True)
        os.replace(fresh, place)


def _fetch(work: Path, plan: Plan, progress: Progress) -> None:
    """Fetch the player's own distributions, and PyInstaller for its bootloaders, as they are there."""
    content = pinned.lock(LOCK).read_text(encoding="utf-8")
    known = pinned.names_in(content)
    wanted = known - FREEZES if plan.webview.kind != "browser" else known & WITHOUT_VIEW
    minor, platform = plan.interpreter.version[:2], plan.platform
    pinned.install(work / "site", content, wanted, platform, minor, progress, sources=wheels.PURE_SOURCES)
    pinned.install(work / "freezer", content, ["pyinstaller"], platform, minor, progress)


def _standard_library(plan: Plan) -> Path:
    """Return the folder of the standard library of the project's own Python."""
    base, (major, minor, _) = plan.interpreter.base_prefix, plan.interpreter.version
    candidates = (base / "lib" / f"python{major}.{minor}", base / "Lib")
    return next(path for path in candidates if (path / "os.py").is_file())


def _write_about(work: Path, plan: Plan, python: Python, place: Path) -> None:
    """Write down what the player consists of."""
    there = replace(
        plan.interpreter,
        purelibs=(work / "site", work / "freezer"),
        markers={**plan.interpreter.markers, **MARKERS[plan.platform.system]},
    )
    texts = [Text(path.name, path) for path in sorted(python.licences.glob("*"))]
    brought = tuple(text for text in texts if text.name != index.RUNTIME_TEXT)
    others = [
        player_contents.of_python(
            python.version, brought or player_contents.texts_of_python(plan.interpreter)
        )
    ]
    if python.runtime:
        purl = f"pkg:pypi/{index.RUNTIME}@{python.runtime}"
        runtime = Component(index.RUNTIME, python.runtime, player_contents.LAYER, purl)
        others.append((runtime, tuple(text for text in texts if text not in brought)))
    player_contents.write_described(environment.distributions(there), others, place)
