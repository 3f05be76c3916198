"""How Pythons lie in folders: which of their files a player needs, and where those are.

Known are the installations of Windows (an installer's, the nuget package's, uv's), the embeddable package of
Windows, and on macOS and Linux what lies below `lib` of an installation that can be moved, such as uv's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from launcher.errors import BuildError
from launcher.packager.across.pythons.laid import NAMES, library_name
from launcher.packager.platforms import LINUX, MACOS, WINDOWS, Platform

DEPTH = 4  # folders: archives have a few around it, such as python/install
TEXTS = ("LICENSE.txt", "LICENSE")
# Tk does not travel with what only it needs, nor what tests Python or is for the one without its lock.
_LEFT_OUT = re.compile(
    r"_tkinter|tcl|tk\d|lib(tcl|tk)|zlib1|_?xx|_test|_ctypes_test|panda3d|.*\.cp\d+t-", re.IGNORECASE
)
_LIBRARY = re.compile(r"(?:lib)?python(\d)\.?(\d+)\.(?:dll|dylib|so\.1\.0)$")
_COMPILED = {WINDOWS: (".pyd", ".dll"), MACOS: (".so", ".dylib"), LINUX: (".so",)}
KNOWN = (
    "Name the folder or the archive of an installed Python, of python-build-standalone, and for Windows "
    "of the nuget package or the embeddable package as well."
)


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a Python: binaries by the names they get, and its standard library, where it has one."""

    binaries: dict[str, Path]
    library: Path | None = None
    texts: tuple[Path, ...] = field(default=())


def find(folder: Path, platform: Platform, minor: tuple[int, int]) -> Files:
    """Find a Python's files in a folder or below it; raises BuildError where there is none of that kind."""
    name = library_name(platform, minor)
    versions = set()
    for place in _folders(folder, DEPTH):
        if (place / name).is_file():
            return (
                _of_windows(place, minor) if platform.system == WINDOWS else _of_unix(place, platform, minor)
            )
        versions |= {_LIBRARY.match(path.name) for path in place.iterdir()} - {None}
    raise _missing(folder, platform, minor, versions)


def of_binaries(folder: Path, platform: Platform) -> dict[str, Path]:
    """Return the libraries and compiled modules that lie in one folder and that a player needs."""
    ends = _COMPILED[platform.system]
    return {
        path.name: path
        for path in sorted(folder.iterdir())
        if (path.name.endswith(ends) or ".so." in path.name or path.name.startswith("_sysconfigdata"))
        and path.is_file()
        and not _LEFT_OUT.match(path.name)
    }


def _of_windows(home: Path, minor: tuple[int, int]) -> Files:
    platform = Platform(WINDOWS, "x86_64")
    binaries = of_binaries(home, platform)
    if (home / "DLLs").is_dir():
        binaries |= of_binaries(home / "DLLs", platform)
    places = (home / "Lib", home / f"python{minor[0]}{minor[1]}.zip")
    library = next((place for place in places if place.exists()), None)
    return Files(binaries, library, _texts(home))


def _of_unix(folder: Path, platform: Platform, minor: tuple[int, int]) -> Files:
    library = folder / f"python{minor[0]}.{minor[1]}"
    if not library.is_dir():  # all in one folder, as in a wheel
        return Files(of_binaries(folder, platform))
    compiled = library / "lib-dynload"
    binaries = of_binaries(compiled, platform) if compiled.is_dir() else {}  # all may be in the library
    name = library_name(platform, minor)
    binaries[name] = folder / name
    return Files(binaries, library, _texts(library, folder.parent))


def _texts(*places: Path) -> tuple[Path, ...]:
    found = [place / name for place in places for name in TEXTS if (place / name).is_file()]
    return tuple(found[:1])


def _folders(folder: Path, depth: int) -> Iterator[Path]:
    """List a folder and those below it, the nearer first."""
    level = [folder]
    for _ in range(depth + 1):
        yield from level
        level = [path for place in level for path in sorted(place.iterdir()) if path.is_dir()]


def _missing(
    folder: Path, platform: Platform, minor: tuple[int, int], found: set[re.Match[str] | None]
) -> BuildError:
    name = NAMES[platform.system]
    others = sorted({f"{one[1]}.{one[2]}" for one in found if one})
    if f"{minor[0]}.{minor[1]}" in others:
        return BuildError(f"The Python in {folder} is not one for {name}.", KNOWN)
    if others:
        return BuildError(
            f"{folder} holds Python {', '.join(others)}, and the project uses {minor[0]}.{minor[1]}.",
            "Both have to be the same: name another one, or give the project's with --python.",
        )
    return BuildError(f"{folder} holds no Python {minor[0]}.{minor[1]} for {name}.", KNOWN)
