"""Folders to choose a project from."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase
from urllib.parse import unquote, urlsplit

LISTED_FOLDERS = 1_000
MARK_SECONDS = 1.0
READ_BYTES = 64 * 1024
READ_FILES = 25
DECLARING_FILES = ("pyproject.toml", "requirements.txt", "setup.cfg", "setup.py", "Pipfile")


class FolderError(Exception):
    """This folder cannot be shown; the text says why."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder in the list."""

    name: str
    path: str
    is_project: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """What is in a folder."""

    path: Path
    is_project: bool
    folders: tuple[Folder, ...]
    left_out: int

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        """Every folder from the root to this one: name and path."""
        above = [*reversed(self.path.parents), self.path]
        return tuple((folder.name or str(folder), str(folder)) for folder in above)


def places() -> dict[str, tuple[str, Path]]:
    """Return the folders that a search starts from: key -> title, folder."""
    home = Path.home()
    found = {"home": ("Home", home)}
    for name in ("Desktop", "Documents", "Projects"):
        if (home / name).is_dir():
            found[name.lower()] = (name, home / name)
    found["computer"] = ("Computer", Path(home.anchor or "/"))
    if sys.platform == "win32":
        for letter in filter(lambda letter: Path(f"{letter}:\\").exists(), ascii_uppercase):
            found[f"drive-{letter.lower()}"] = (f"Drive {letter}", Path(f"{letter}:\\"))
    return found


def typed_folder(typed: str, start: Path) -> Path:
    """Read a path as people type and paste it; a file stands for its folder."""
    cleaned = typed.strip().strip("\"'")
    if cleaned.startswith("file://"):
        cleaned = unquote(urlsplit(cleaned).path)
    if "\0" in cleaned:
        raise FolderError("A path cannot hold a null character.")
    try:
        # Not `resolve`: a link keeps the name that people know it by.
        folder = Path(os.path.abspath(start / Path(cleaned).expanduser()))
        if folder.is_file():
            return folder.parent
        if folder.is_dir():
            return folder
        exists = folder.exists()
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FolderError(f"{cleaned} cannot be opened: {reason}.") from error
    if exists:
        raise FolderError(f"{folder} is not a folder.")
    raise FolderError(f"There is no folder {folder}.{_nearest(folder)}")


def _nearest(folder: Path) -> str:
    """Say how far a wrong path was right."""
    for parent in folder.parents:
        if parent.is_dir():
            return f" {parent} exists; {folder.relative_to(parent).parts[0]} is not in it."
    return ""


def list_folder(folder: Path) -> Listing:
    """Return the folders in `folder`, those that look like a Flask project marked."""
    try:
        with os.scandir(folder) as entries:
            found = [entry.name for entry in entries if _shown(entry)]
    except PermissionError as error:
        raise FolderError(f"You may not look into {folder}.") from error
    except OSError as error:
        raise FolderError(f"{folder} cannot be read: {error.strerror}.") from error
    found.sort(key=lambda name: (name.casefold(), name))
    # A text that is no text (a name in another encoding) cannot stand in a page or an address.
    names = [name for name in found if _is_text(name)][:LISTED_FOLDERS]
    deadline = time.monotonic() + MARK_SECONDS
    folders = (
        Folder(name, str(folder / name), time.monotonic() < deadline and is_project(folder / name))
        for name in names
    )
    return Listing(folder, is_project(folder), tuple(folders), len(found) - len(names))


def _shown(entry: os.DirEntry[str]) -> bool:
    try:
        return not entry.name.startswith((".", "__pycache__")) and entry.is_dir()
    except OSError:
        return False


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def is_project(folder: Path) -> bool:
    """Say whether a folder looks like a Flask project: it declares Flask, or imports it."""
    try:
        if (folder / ".flaskenv").is_file():
            return True
        return any(map(_speaks_of_flask, _telling_files(folder)))
    except OSError:
        return False


def _telling_files(folder: Path) -> Iterator[Path]:
    for name in DECLARING_FILES:
        if (folder / name).is_file():
            yield folder / name
    # No folder of installed packages is a project, though its files import Flask.
    if (folder / "flask").is_dir() or (folder / "__init__.py").is_file():
        return
    modules = [file for file in folder.iterdir() if file.suffix == ".py"]
    yield from sorted(modules)[:READ_FILES]


def _speaks_of_flask(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            text = stream.read(READ_BYTES).lower()
    except OSError:
        return False
    if file.suffix == ".py" and file.name != "setup.py":
        return b"import flask" in text or b"from flask" in text
    return b"flask" in text
