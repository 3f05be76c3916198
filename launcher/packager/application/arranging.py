"""Where things lie in an application of macOS: code where code is looked for, all else among the resources.

codesign takes each file below `Frameworks` for a program of its own, and each folder with a dot in its name
for a bundle; what is neither cannot be sealed there. PyInstaller's programs look for everything below
`Frameworks`, so a link stays where something went. Both ways are there, for a library finds its neighbours
by where it lies or by where the link does.
"""

from __future__ import annotations

import os
from pathlib import Path

from launcher import host
from launcher.errors import BuildError
from launcher.packager import macho

FRAMEWORKS, RESOURCES, PROGRAMS = "Frameworks", "Resources", "MacOS"
FIRST = 4_096  # bytes that tell what a file is


def enclose(folder: Path, program: str, libraries: str) -> None:
    """Make an application of a program and its folder of libraries beside it, as PyInstaller lays them."""
    contents = folder / "Contents"
    (contents / PROGRAMS).mkdir(parents=True)
    (folder / program).rename(contents / PROGRAMS / program)
    (folder / libraries).rename(contents / FRAMEWORKS)
    arrange(contents)


def arrange(contents: Path) -> None:
    """Move what is no code from `Frameworks` to `Resources`, and leave links; what is in order stays."""
    code, resources = contents / FRAMEWORKS, contents / RESOURCES
    for folder in (code, resources):
        folder.mkdir(exist_ok=True)
    for path in sorted(code.iterdir()):
        if path.is_symlink():
            continue
        place = resources / path.name
        if _may_stay(path):
            if not os.path.lexists(place):
                _link(place, path)
            continue
        if place.is_symlink():
            place.unlink()
        path.rename(place)
        _link(path, place)


def is_code(path: Path) -> bool:
    """Tell whether a file is a program or library of macOS that can be loaded."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        begin = file.read(FIRST)
        if begin[:4] not in macho.MAGICS:
            return False
        whole = begin + file.read()
    return any(_is_loaded(whole[at : at + size]) for at, size in macho.slices(whole).values())


def _link(place: Path, aim: Path) -> None:
    """Lay a link beside, to a file or folder of the other of the two."""
    try:
        place.symlink_to(Path("..", aim.parent.name, aim.name), target_is_directory=aim.is_dir())
    except OSError as error:
        if not host.WINDOWS:
            raise
        raise BuildError(
            "An application of macOS has links in it, and Windows lets none be made.",
            "Turn on the developer mode of Windows, or build in its Linux (WSL).",
        ) from error


def _is_loaded(data: bytes) -> bool:
    try:
        return macho.read(data).kind in macho.LOADED
    except macho.NotMachO:
        return False


def _may_stay(path: Path) -> bool:
    if not path.is_dir():
        return is_code(path)
    if "." in path.name:
        return False
    below = list(path.iterdir())
    return bool(below) and all(not one.is_symlink() and _may_stay(one) for one in below)
