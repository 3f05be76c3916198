"""Laying a Python in the cache: its files picked, completed, and each looked at."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from launcher.errors import BuildError
from launcher.packager import macho
from launcher.packager.across.pythons import forwarder, index, layouts, signed
from launcher.packager.across.pythons.laid import (
    BINARIES,
    LIBRARY,
    LICENCES,
    Python,
    library_name,
    version_of,
)
from launcher.packager.audit.kinds import kind_of
from launcher.packager.platforms import WINDOWS, Platform
from launcher.packager.progress import Progress

# Of a standard library: what has its own place, what is made anew, what does not travel.
NOT_COPIED = ("site-packages", "__pycache__", "lib-dynload", "test", "idlelib", "tkinter", "lib2to3")


def content_of(given: Path, platform: Platform, minor: tuple[int, int]) -> Iterator[bytes]:
    """Give the bytes that tell one Python from another: an archive's, or those of a folder's files."""
    if given.is_file():
        yield given.read_bytes()
        return
    files = layouts.find(given, platform, minor)
    for name, path in sorted(files.binaries.items()):
        yield name.encode()
        yield path.read_bytes()
    for name, path in _modules(files.library) if files.library is not None else ():
        yield name.encode()
        yield path.read_bytes()


def _modules(library: Path) -> Iterator[tuple[str, Path]]:
    if library.is_file():
        yield library.name, library
        return
    for folder, folders, names in os.walk(library):
        folders[:] = sorted(set(folders).difference(NOT_COPIED))
        for path in (Path(folder) / name for name in sorted(names) if name.endswith(".py")):
            yield path.relative_to(library).as_posix(), path


def lay(
    folder: Path,
    place: Path,
    platform: Platform,
    minor: tuple[int, int],
    origin: str,
    progress: Progress,
) -> Python:
    """Lay the Python that lies in a folder at `place`, and return it; it is not written down yet.

    Raises BuildError for a file of another machine, or one that is not as its maker signed it.
    """
    files = layouts.find(folder, platform, minor)
    binaries = place / BINARIES
    binaries.mkdir(parents=True)
    for name, path in files.binaries.items():
        shutil.copyfile(path, binaries / name)
    if files.library is not None and files.library.is_dir():
        shutil.copytree(files.library, place / LIBRARY, ignore=shutil.ignore_patterns(*NOT_COPIED))
    elif files.library is not None:
        shutil.copyfile(files.library, place / f"{LIBRARY}.zip")
    (place / LICENCES).mkdir()
    for text in files.texts:
        shutil.copyfile(text, place / LICENCES / text.name)
    runtime = index.add_c_runtime(binaries, place / LICENCES, platform, progress)
    _fit(binaries, platform)
    library = library_name(platform, minor)
    checked = signed.check(binaries, platform).told
    if platform.system == WINDOWS and not (binaries / forwarder.NAME).exists():
        forwarder.write(binaries / library, binaries / forwarder.NAME)
        checked += f", {forwarder.NAME} written here"
    version = version_of(binaries / library, minor)
    return Python(place, version, origin, checked, library, runtime)


def _fit(binaries: Path, platform: Platform) -> None:
    """Keep of each binary what is for the platform's machine; raise BuildError where nothing is."""
    for path in sorted(binaries.iterdir()):
        kind = kind_of(path)
        if kind is not None and not kind.suits(platform):
            raise BuildError(
                f"{path.name} is for {kind.told}, and not for {platform.tag}.",
                f"Name a Python for {platform.tag} with --python-for.",
            )
        if kind is not None and len(kind.machines) > 1:
            path.write_bytes(macho.thin(path.read_bytes(), platform.machine))
