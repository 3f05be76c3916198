"""Which folder is the project, given what a person typed or clicked."""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass
from pathlib import Path

from launcher.errors import UsageError
from launcher.project.reading import read
from launcher.project.target import (
    absolute,
    inside,
    is_file,
    is_folder,
    is_path,
    relative_to,
    split,
)
from launcher.project.tree import is_aside

_MARKERS = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", ".flaskenv")
_FARTHEST = 3  # folders above a file in which a project is still looked for
_LONGEST = 2000
_HOW = "Give a folder, a file, or a target as Flask writes it: module:attr or module:factory()."


@dataclass(frozen=True, slots=True)
class Place:
    """The project's folder, and the target in it where one was named."""

    root: Path
    text: str | None


def place(argument: str | Path | None, *, folder: Path | None = None) -> Place:
    """Understand the PROJECT argument: a folder, a file, a target, or nothing."""
    here = absolute(folder or Path.cwd())
    text = str(argument or "").strip()
    if "\0" in text or "\n" in text:
        raise UsageError("PROJECT has a control character in it.", _HOW)
    if len(text) > _LONGEST:
        raise UsageError(f"PROJECT has {len(text)} characters; that is no folder.", _HOW)
    path = _below(here, text)
    if not text or is_folder(path):
        return _of_folder(path, here)
    if is_file(path):
        return _of_file(path, None, here)
    left, attribute = split(text)
    path = _below(here, left)
    for file in (path, Path(f"{path}.py"), path / "__init__.py"):
        if is_path(left) and is_file(file):
            return _of_file(file, attribute, here)
    if is_path(left):
        near = difflib.get_close_matches(path.name, _names_in(path.parent), 1)
        hint = f"Did you mean {path.parent / near[0]}?" if near else _HOW
        raise UsageError(f"There is no {path}.", hint)
    return Place(here, text)


def _of_folder(path: Path, here: Path) -> Place:
    if not os.access(path, os.R_OK | os.X_OK):
        raise UsageError(f"The folder {path} may not be read.", "Change its permissions.")
    above = _above_packages(path)
    if above == path or _is_too_wide(above):
        return Place(path, None)
    # The folder is a package: its modules are imported from above, as Flask does it.
    if above == here or _is_marked(above) or _imports_itself(path):
        return Place(above, relative_to(path, above))
    return Place(path, None)


def _of_file(path: Path, attribute: str | None, here: Path) -> Place:
    if path.name == "pyproject.toml":
        return Place(path.parent, None)
    if path.suffix not in (".py", ".pyw"):
        raise UsageError(f"{path} is no Python file.", _HOW)
    root = _project_of(path, here)
    relative = relative_to(path, root)
    return Place(root, f"{relative}:{attribute}" if attribute else relative)


def _project_of(file: Path, here: Path) -> Path:
    start = _above_packages(file.parent)
    within = inside(start, here) or start == here
    for folder in [start, *start.parents][: None if within else _FARTHEST]:
        if _is_marked(folder) and not _is_too_wide(folder):
            # An example inside a library's checkout is a project of its own.
            return start if is_aside(relative_to(file, folder)) else folder
        if folder == here:
            break
    return start


def _above_packages(folder: Path) -> Path:
    while (folder / "__init__.py").is_file() and folder != folder.parent:
        folder = folder.parent
    return folder


def _is_marked(folder: Path) -> bool:
    return any((folder / name).is_file() for name in _MARKERS)


def _is_too_wide(folder: Path) -> bool:
    """Tell whether taking the folder as a project would take a person's whole home along."""
    return folder in (Path(folder.anchor), Path.home())


def _imports_itself(package: Path) -> bool:
    for name in _names_in(package):
        if name.endswith(".py"):
            source = read(package / name, name, module=None, path=".")
            for one in source.imports:
                if one.level or one.module.partition(".")[0] == package.name:
                    return True
    return False


def _names_in(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir())
    except OSError:
        return []


def _below(here: Path, text: str) -> Path:
    try:
        return absolute(here / Path(text).expanduser())
    except RuntimeError:  # ~somebody who does not exist
        return here / text
