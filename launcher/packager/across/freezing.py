"""Freezing a player for another platform: its Python, distributions and bootloader, put together.

Nothing of that platform is run. `build/player/across.py` writes what PyInstaller's bootloader reads, in the
private environment that this machine's own players are frozen in.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from launcher import paths
from launcher.packager import macho, player, player_contents
from launcher.packager.across import libraries, pinned, wanting, wheels
from launcher.packager.across.pythons import Python, index
from launcher.packager.audit.kinds import kind_of
from launcher.packager.commands import run
from launcher.packager.components import Component, Text
from launcher.packager.platforms import LINUX, MACOS, WINDOWS, Platform
from launcher.packager.progress import Progress
from launcher.project import bundles, environment
from launcher.project.environment import Interpreter

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
# PyInstaller's names: of the folder with a platform's bootloaders, and of the one without a console.
BOOTLOADERS = {
    WINDOWS: "Windows-64bit-intel/runw.exe",
    MACOS: "Darwin-64bit/runw",
    LINUX: "Linux-64bit-intel/run",
}
CONTENTS = "_internal"
BUILD_FACTS = "_sysconfigdata*.py"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a player is made of: two Pythons, the project's and the platform's, a web view, our runtime."""

    platform: Platform
    interpreter: Interpreter
    python: Python
    webview: str
    sources: dict[str, bytes]


def freeze(recipe: Recipe, work: Path, progress: Progress) -> Path:
    """Freeze a player below `work`, laid out as a bundle of its platform is, and return its folder."""
    freezer = player.environment_for(recipe.interpreter, progress)
    player.lay_sources(recipe.sources, work / "sources")
    _fetch(recipe, work, progress)
    fresh = work / player.EXECUTABLE
    programs, contents = _places(fresh, recipe.platform)
    shutil.copytree(recipe.python.binaries, contents, ignore=shutil.ignore_patterns(BUILD_FACTS))
    recipes = paths.bundled("build") / "player"
    settings = {
        "entry": str(recipes / "entry.py"),
        "sources": str(work / "sources"),
        "standard_library": str(_standard_library(recipe)),
        "build_facts": [str(path) for path in _build_facts(recipe.python)],
        "site": str(work / "site"),
        "python_library": recipe.python.library,
        "windows": recipe.platform.system == WINDOWS,
        "scratch": str(work),
        "package": str(work / "player.pkg"),
        "contents": str(contents),
    }
    (work / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    run(
        [freezer, recipes / "across.py", work / "settings.json"],
        todo=player.RETRY,
        environ={"PYTHONPATH": None, "PYTHONHASHSEED": "0"},
        on_line=progress.output,
    )
    programs.mkdir(exist_ok=True)
    _write_program(recipe, work, programs / recipe.platform.executable_name(player.EXECUTABLE))
    _write_about(recipe, work, fresh / player.ABOUT)
    return fresh


def _places(fresh: Path, platform: Platform) -> tuple[Path, Path]:
    """Return the folder of programs and that of modules and data, where the bootloader looks for it."""
    if platform.system == MACOS:
        return fresh / bundles.CONTENTS / "MacOS", fresh / bundles.CONTENTS / "Frameworks"
    return fresh, fresh / CONTENTS


def _write_program(recipe: Recipe, work: Path, place: Path) -> None:
    """Write the bootloader with its archive behind it."""
    folder = work / "freezer" / "PyInstaller" / "bootloader"
    bootloader = (folder / BOOTLOADERS[recipe.platform.system]).read_bytes()
    package = (work / "player.pkg").read_bytes()
    if recipe.platform.system == MACOS:
        program = macho.append(macho.thin(bootloader, recipe.platform.machine), package)
    else:
        program = bootloader + package
    place.write_bytes(program)
    place.chmod(0o755)


def _fetch(recipe: Recipe, work: Path, progress: Progress) -> None:
    """Fetch the player's own distributions, and PyInstaller for its bootloaders, as they are there."""
    content = pinned.lock(LOCK).read_text(encoding="utf-8")
    known = pinned.names_in(content)
    wanted = known & WITHOUT_VIEW if recipe.webview == "browser" else known - FREEZES
    minor, platform = recipe.interpreter.version[:2], recipe.platform
    pinned.install(work / "site", content, wanted, platform, minor, progress, sources=wheels.PURE_SOURCES)
    pinned.install(work / "freezer", content, ["pyinstaller"], platform, minor, progress)
    for path in sorted((work / "site").rglob("*")):
        kind = kind_of(path) if path.is_file() else None
        if kind is not None and not kind.suits(platform):
            path.unlink()  # some bring the libraries of all machines
        elif kind is not None and platform.system == MACOS and len(kind.machines) > 1:
            path.write_bytes(macho.thin(path.read_bytes(), platform.machine))


def _standard_library(recipe: Recipe) -> Path:
    """Return where the modules of the standard library are: its own, else those of the project's Python."""
    if recipe.python.standard_library is not None:
        return recipe.python.standard_library
    base, (major, minor, _) = recipe.interpreter.base_prefix, recipe.interpreter.version
    candidates = (base / "lib" / f"python{major}.{minor}", base / "Lib")
    return next(path for path in candidates if (path / "os.py").is_file())


def _build_facts(python: Python) -> list[Path]:
    """List the modules that say how a Python was built: never those of the project's."""
    places = [python.binaries, *([python.standard_library] if python.standard_library else [])]
    return sorted(path for place in places for path in place.glob(BUILD_FACTS))


def _write_about(recipe: Recipe, work: Path, place: Path) -> None:
    """Write down what the player consists of."""
    there = replace(
        recipe.interpreter,
        purelibs=(work / "site", work / "freezer"),
        markers=wanting.markers_of(recipe.platform, recipe.interpreter.markers),
    )
    python = recipe.python
    texts = [Text(path.name, path) for path in sorted(python.licences.glob("*"))]
    brought = tuple(text for text in texts if text.name != index.RUNTIME_TEXT)
    others = [
        player_contents.of_python(
            python.version, brought or player_contents.texts_of_python(recipe.interpreter)
        )
    ]
    others += libraries.described(path.name for path in python.binaries.iterdir())
    if python.runtime:
        purl = f"pkg:pypi/{index.RUNTIME}@{python.runtime}"
        runtime = Component(index.RUNTIME, python.runtime, player_contents.LAYER, purl)
        others.append((runtime, tuple(text for text in texts if text not in brought)))
    player_contents.write_described(environment.distributions(there), others, place)
