"""Pythons of other platforms: where one is had from, and how it is laid in the cache.

The one door to them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from launcher import paths
from launcher.errors import BuildError, LauncherError
from launcher.packager.across import pinned
from launcher.packager.across.pythons import index, laying, managed, unpacking
from launcher.packager.across.pythons.laid import NAMES, Python, read
from launcher.packager.across.pythons.layouts import KNOWN
from launcher.packager.platforms import Platform
from launcher.packager.player import key_of, locked
from launcher.packager.progress import Progress

__all__ = ["NAMES", "Python", "get", "own_sources"]

Fetch = Callable[[Path, Platform, tuple[int, int], Progress], None]


def get(platform: Platform, minor: tuple[int, int], given: Path | None, progress: Progress) -> Python:
    """Return a Python of this minor version for a platform, from the first place that has it.

    Those are the folder or archive that is given, the package index, and uv. The index is asked before uv,
    for its files are as the Python Software Foundation and Microsoft signed them, each by itself, and uv's
    are not signed: scanners and SmartScreen know the difference. Raises BuildError where none has it, or
    where a file is not what it should be.
    """
    if given is not None:
        return _given(platform, minor, given, progress)
    version = f"{minor[0]}.{minor[1]}"
    fetched = {
        index.ORIGIN: _place(platform, version, "index", pinned.lock(index.LOCK).read_bytes()),
        managed.ORIGIN: _place(platform, version, "uv", b""),
    }
    for place in fetched.values():
        found = read(place)
        if found is not None:
            return found
    reasons = []
    ways: dict[str, Fetch] = {index.ORIGIN: index.fetch, managed.ORIGIN: managed.fetch}
    for origin, fetch in ways.items():
        with locked(fetched[origin]), _scratch(fetched[origin]) as scratch:
            found = read(fetched[origin])
            if found is not None:
                return found
            folder = Path(scratch) / "fetched"
            try:
                fetch(folder, platform, minor, progress)
            except LauncherError as error:
                reasons.append(f"From {origin}: {error.message}")
                why = error.message.splitlines()[-1].strip().removeprefix("cause: ")
                progress.fact(f"Python {version} for {NAMES[platform.system]}", f"not from {origin}: {why}")
                continue
            return _keep(fetched[origin], folder, origin, (platform, minor), progress)
    raise BuildError(
        f"No Python {version} for {platform.tag} could be had.\n" + "\n".join(reasons),
        f"Check the network connection, or say --python-for {platform.system}=PATH. {KNOWN}",
    )


def _given(platform: Platform, minor: tuple[int, int], given: Path, progress: Progress) -> Python:
    place = _place(platform, f"{minor[0]}.{minor[1]}", "given", *laying.content_of(given, platform, minor))
    found = read(place)
    if found is not None:
        return found
    with locked(place), _scratch(place) as scratch:
        found = read(place)
        if found is not None:
            return found
        folder = given
        if given.is_file():
            folder = Path(scratch) / "fetched"
            unpacking.unpack(given, folder)
        return _keep(place, folder, str(given), (platform, minor), progress)


def _keep(
    place: Path,
    folder: Path,
    origin: str,
    wanted: tuple[Platform, tuple[int, int]],
    progress: Progress,
) -> Python:
    """Lay the Python that lies in a folder into the cache."""
    with _scratch(place) as scratch:
        fresh = Path(scratch) / "python"
        laying.lay(folder, fresh, *wanted, origin, progress).save()
        shutil.rmtree(place, ignore_errors=True)
        os.replace(fresh, place)
    kept = read(place)
    assert kept is not None
    return kept


def _place(platform: Platform, version: str, origin: str, *about: bytes) -> Path:
    name = f"{platform.tag}-{version}-{origin}-{key_of(*about, *own_sources())}"
    return paths.cache_folder() / "pythons" / name


def _scratch(place: Path) -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(dir=place.parent, prefix=".fetching-")


def own_sources() -> list[bytes]:
    """Read the code that lays what is cached: laid by other code, it may be something else."""
    return [path.read_bytes() for path in sorted(Path(__file__).parents[1].rglob("*.py"))]
