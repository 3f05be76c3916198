"""The bundle as a folder: what all other formats contain."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from launcher import names
from launcher.data import home
from launcher.errors import BuildError
from launcher.packager import platforms
from launcher.packager.formats import exchanging
from launcher.packager.formats.parcel import Parcel, base_of
from launcher.packager.platforms import Platform
from launcher.packager.workplace import OLD
from launcher.project import bundles
from launcher.project.manifest import Manifest


def place_of(output: Path, manifest: Manifest, platform: Platform) -> Path:
    """Return where the folder of a program goes: another platform's into a folder of that platform's."""
    name = names.file_name(manifest.name)
    if not platform.is_here:
        output /= base_of(manifest, platform)
    return output / platforms.folder_name(name, platform)


def make(parcel: Parcel) -> tuple[Path, int, str]:
    """Move the bundle to its final name; its digest is that of its files' digests."""
    bundle = parcel.bundle
    place = place_of(parcel.output, parcel.plan.manifest, parcel.plan.platform)
    place.parent.mkdir(exist_ok=True)
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
    for folder, _, files in os.walk(bundle):
        for name in files:
            path = Path(folder) / name
            yield path.relative_to(bundle).as_posix(), path


def refuse_foreign(place: Path) -> None:
    """Raise BuildError when something stands at `place` that no build of ours made: it may be work."""
    if not place.exists() and not place.is_symlink():
        return
    is_ours = (bundles.layers_in(place) / bundles.MANIFEST).is_file() and not place.is_symlink()
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
