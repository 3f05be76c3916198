"""The app's home: a per-user copy of the app layer, in which the app runs and may write.

An update replaces the files that came with the old version and were left
alone, and keeps every file that the app made or changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import suppress
from pathlib import Path

from launcher.paths import AppFolders

LISTING = "app-files.json"
Listing = dict[str, str]  # path relative to the layer, POSIX -> SHA-256 ("" is an empty folder)


def listing_of(layer: Path) -> Listing:
    """List the files of an app layer with their SHA-256, and its empty folders."""
    found: Listing = {}
    for folder, names, files in os.walk(layer):
        names.sort()
        place = Path(folder)
        for name in sorted(files):
            path = place / name
            found[path.relative_to(layer).as_posix()] = digest(path)
        if not names and not files and place != layer:
            found[place.relative_to(layer).as_posix()] = ""
    return found


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        hasher = hashlib.sha256()
        while block := file.read(1 << 20):
            hasher.update(block)
    return hasher.hexdigest()


def settle(layer: Path, listing: Path, folders: AppFolders) -> Path:
    """Bring the home up to date with the app layer, and return it.

    `listing` is the layer's listing as the build wrote it; comparing it with
    the one of the last start tells an update without reading the layer.
    """
    known = folders.private / LISTING
    new_text = listing.read_text(encoding="utf-8")
    if folders.home.is_dir() and known.is_file():
        old_text = known.read_text(encoding="utf-8")
        if old_text == new_text:
            return folders.home
        _update(layer, folders.home, json.loads(old_text), json.loads(new_text))
    else:
        _first(layer, folders.home, json.loads(new_text))
    _replace(known, new_text.encode())
    return folders.home


def _first(layer: Path, home: Path, new: Listing) -> None:
    """Copy the whole layer beside the home's place, and give it its name when it is whole."""
    if home.exists():  # a first start that was cut short after the rename
        _update(layer, home, {}, new)
        return
    fresh = home.with_name(home.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True, mode=0o700)
    _update(layer, fresh, {}, new)
    fresh.rename(home)


def _update(layer: Path, home: Path, old: Listing, new: Listing) -> None:
    # What goes first makes room: a file may have become a folder of the same name.
    for name, sha in old.items():
        if sha and name not in new and _is_unchanged(home / name, sha):
            (home / name).unlink()
    for name, sha in new.items():
        place = home / name
        if place.is_dir() and sha:
            with suppress(OSError):  # a folder of the app's own, with something in it, stays
                place.rmdir()
        changes = old.get(name) not in (None, sha)
        if not place.exists() or (changes and _is_unchanged(place, old[name])):
            _put(layer / name, place)


def _is_unchanged(place: Path, sha: str) -> bool:
    return place.is_file() and digest(place) == sha


def _put(source: Path, place: Path) -> None:
    with suppress(FileExistsError, NotADirectoryError):  # in the way is a file of the app's own
        place.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            place.mkdir()
        else:
            _copy(source, place)


def _copy(source: Path, place: Path) -> None:
    """Copy a file so that it is whole or absent, and writable however the bundle is kept."""
    part = place.with_name(place.name + ".part")
    shutil.copyfile(source, part)
    about = source.stat()
    part.chmod(0o700 if about.st_mode & 0o100 else 0o600)
    os.utime(part, ns=(about.st_atime_ns, about.st_mtime_ns))  # apps show it, and serve by it
    part.replace(place)


def _replace(path: Path, data: bytes) -> None:
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)
