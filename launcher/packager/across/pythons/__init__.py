"""Pythons of other platforms: where one is had from, and how it is laid in the cache.

The one door to them.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

from launcher import paths
from launcher.packager.across import pinned
from launcher.packager.across.pythons import forwarder, index, signed
from launcher.packager.across.pythons.laid import BINARIES, LICENCES, Python, library_name, read, version_of
from launcher.packager.platforms import WINDOWS, Platform
from launcher.packager.player import key_of, locked
from launcher.packager.progress import Progress

__all__ = ["Python", "get"]

# Tk does not travel, nor what only tests Python or is for the Python without its lock.
LEFT_OUT = re.compile(r"_tkinter|tcl\d|tk\d|_?xx|_test|_ctypes_test|panda3d|.*\.cp\d+t-", re.IGNORECASE)


def get(platform: Platform, minor: tuple[int, int], given: Path | None, progress: Progress) -> Python:
    """Return a Python of this minor version for a platform, from the first place that has it.

    Raises BuildError where none has, or where a file is not as its maker signed it.
    """
    return _from_index(platform, minor, progress)


def _from_index(platform: Platform, minor: tuple[int, int], progress: Progress) -> Python:
    key = key_of(pinned.lock(index.LOCK).read_bytes(), *own_sources())
    place = paths.cache_folder() / "pythons" / f"{platform.tag}-{minor[0]}.{minor[1]}-index-{key}"
    found = read(place)
    if found is not None:
        return found
    with locked(place), tempfile.TemporaryDirectory(dir=place.parent, prefix=".fetching-") as scratch:
        found = read(place)
        if found is not None:
            return found
        index.fetch(Path(scratch) / "all", platform, minor, progress)
        fresh = Path(scratch) / "python"
        _lay(Path(scratch) / "all", fresh / BINARIES)
        made = _finish(fresh, platform, minor, index.ORIGIN, progress)
        made.save()
        shutil.rmtree(place, ignore_errors=True)
        os.replace(fresh, place)
    laid = read(place)
    assert laid is not None
    return laid


def own_sources() -> list[bytes]:
    """Read the code that lays what is cached: laid by other code, it may be something else."""
    return [path.read_bytes() for path in sorted(Path(__file__).parents[1].rglob("*.py"))]


def _lay(source: Path, place: Path) -> None:
    place.mkdir(parents=True)
    for path in sorted(source.iterdir()):
        if not LEFT_OUT.match(path.name):
            shutil.copyfile(path, place / path.name)


def _finish(
    fresh: Path, platform: Platform, minor: tuple[int, int], origin: str, progress: Progress
) -> Python:
    """Add what is missing of a Python, look at all its files, and write down what was found."""
    library = library_name(platform, minor)
    binaries = fresh / BINARIES
    version = version_of(binaries / library, minor)
    runtime = index.add_c_runtime(binaries, fresh / LICENCES, platform, progress)
    checked = signed.check(binaries.iterdir()).told
    if platform.system == WINDOWS and not (binaries / forwarder.NAME).exists():
        forwarder.write(binaries / library, binaries / forwarder.NAME)
    return Python(fresh, version, origin, checked, library, runtime)
