"""The bundle as a folder: what all other formats contain."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from launcher import frozen
from launcher.data import home
from launcher.errors import BuildError
from launcher.packager.formats import exchanging

OLD = ".old"


def make(bundle: Path, output: Path, base: str) -> tuple[Path, int, str]:
    """Move the bundle to its final name; its digest is that of its files' digests."""
    place = output / bundle.name
    size = 0
    hasher = hashlib.sha256()
    for name, path in sorted(_files(bundle)):
        mark = os.readlink(path) if path.is_symlink() else home.digest(path)
        hasher.update(f"{mark}  {name}\n".encode())
        size += path.lstat().st_size
    refuse_foreign(place)
    replace(bundle, place)
    return place, size, hasher.hexdigest()


def _files(bundle: Path) -> Iterator[tuple[str, Path]]:
    for folder, _, names in os.walk(bundle):
        for name in names:
            path = Path(folder) / name
            yield path.relative_to(bundle).as_posix(), path


def refuse_foreign(place: Path) -> None:
    """Raise BuildError when something stands at `place` that no build of ours made: it may be work."""
    if not place.exists() and not place.is_symlink():
        return
    is_ours = (place / frozen.LAYERS / frozen.MANIFEST).is_file() and not place.is_symlink()
    is_empty = place.is_dir() and not place.is_symlink() and not any(place.iterdir())
    if not is_ours and not is_empty:
        raise BuildError(
            f"{place} is there already, and is not a program that was built before.",
            "Choose another folder with --output, or another name with --name.",
        )


def replace(fresh: Path, place: Path) -> None:
    """Give `fresh` the name `place`: at every moment the old or the new stands there whole.

    But for one instant where the system cannot exchange them; the next build brings back what is lost in it.
    """
    old = fresh.with_name(f"{fresh.name}{OLD}")
    try:
        if (place.exists() or place.is_symlink()) and exchanging.exchange(fresh, place):
            old = fresh
        else:
            _replace_in_two_steps(fresh, place, old)
    except OSError as error:
        raise BuildError(
            f"{place} cannot be replaced: {error.strerror}.",
            "Close the program if it runs from there.",
        ) from error
    if old.is_dir() and not old.is_symlink():
        shutil.rmtree(old, ignore_errors=True)
    else:
        old.unlink(missing_ok=True)


def _replace_in_two_steps(fresh: Path, place: Path, old: Path) -> None:
    try:
        if place.exists() or place.is_symlink():
            os.replace(place, old)
        os.replace(fresh, place)
    except BaseException:  # Ctrl-C too
        if os.path.lexists(old) and not os.path.lexists(place):
            os.replace(old, place)
        raise
