"""Which files and import names belong to an installed distribution."""

from __future__ import annotations

import csv
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from launcher import host

_MODULE = re.compile(r"([A-Za-z_]\w*)(\.py|(\.[\w-]+)*\.(so|pyd))$")


@dataclass(frozen=True, slots=True)
class Listing:
    """The files inside the site folder, those elsewhere, and what is wrong with them."""

    inside: tuple[str, ...]
    outside: tuple[str, ...] = ()
    problem: str = ""


def listing(root: Path, metadata: Path, *, canonical: str) -> Listing:
    """List the distribution's files from its own record, else by looking where it would be."""
    record = metadata / "RECORD"
    try:
        with record.open(encoding="utf-8", errors="replace", newline="") as lines:
            names = [row[0].replace("\\", "/") for row in csv.reader(lines) if row and row[0]]
    except (OSError, csv.Error):
        names = []
    if not names:
        return Listing(_by_looking(root, metadata, canonical))
    inside: list[str] = []
    outside: list[str] = []
    start = root.as_posix().rstrip("/") + "/"
    for name in names:
        if name.endswith((".pyc", ".pyo")):
            continue
        name = name.removeprefix(start)
        (inside if _is_inside(name) else outside).append(name)
    return Listing(tuple(inside), tuple(outside), _missing(root, metadata, inside))


def top_level(metadata: Path, files: tuple[str, ...], editable: Path | None) -> tuple[str, ...]:
    """Return the names that the distribution adds to what can be imported."""
    told = _lines(metadata / "top_level.txt")
    names = {line for line in told if line.isidentifier()}
    own = metadata.name + "/"
    for file in files:
        first, slash, rest = file.partition("/")
        if slash:
            if first.isidentifier() and not file.startswith(own) and _is_code(rest):
                names.add(first)
        elif found := _MODULE.match(first):
            names.add(found[1])
    names = {name for name in names if not name.startswith("__editable__")}
    if editable is not None and not told:
        names |= _importable(editable, metadata)
    return tuple(sorted(names))


def editable_location(root: Path, metadata: Path) -> Path | None:
    """Return the source folder of a distribution that was installed as a link to it."""
    if metadata.suffix == ".egg-link":
        lines = _lines(metadata)
        return (root / lines[0]) if lines else None
    try:
        told = json.loads((metadata / "direct_url.json").read_bytes())
        if not told.get("dir_info", {}).get("editable"):
            return None
        address = urlsplit(told["url"])
        return Path(url2pathname(unquote(address.path) if not host.WINDOWS else address.path))
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return None


def egg_requirements(metadata: Path) -> list[str]:
    """Translate the requires.txt of an .egg-info folder into requirements with markers."""
    requirements: list[str] = []
    condition = ""
    for line in _lines(metadata / "requires.txt"):
        if line.startswith("["):
            extra, _, marker = line.strip("[]").partition(":")
            parts = [f"({marker})"] if marker else []
            parts += [f'extra == "{extra}"'] if extra else []
            condition = " and ".join(parts)
        else:
            requirements.append(f"{line} ; {condition}" if condition else line)
    return requirements


def _is_inside(name: str) -> bool:
    """Tell whether a recorded name stays in the site folder, whatever turns it takes."""
    return not name.startswith("/") and name[1:2] != ":" and ".." not in name.split("/") and "\0" not in name


def _by_looking(root: Path, metadata: Path, canonical: str) -> tuple[str, ...]:
    # Debian's packages keep no record; old installers wrote one of another kind.
    told = [name for name in _lines(metadata / "top_level.txt") if _is_inside(name)]
    tops = told or [canonical.replace("-", "_")]
    wanted = [root / top for top in tops]
    wanted += [path for top in tops for path in sorted(root.glob(f"{top}.*")) if path.is_file()]
    if metadata.exists() and metadata.parent == root:
        wanted.append(metadata)
    files: list[str] = []
    for path in wanted:
        if path.is_file():
            files.append(path.relative_to(root).as_posix())
        elif path.is_dir():
            files += _files_below(path, root)
    return tuple(dict.fromkeys(files))


def _files_below(folder: Path, root: Path) -> list[str]:
    files: list[str] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        start = Path(place).relative_to(root).as_posix()
        files += [f"{start}/{name}" for name in sorted(names) if not name.endswith(".pyc")]
    return files


def _missing(root: Path, metadata: Path, files: list[str]) -> str:
    """Say which recorded files are not there; one look a folder is quicker than one a file."""
    seen: dict[str, set[str]] = {}
    start = str(root)
    own = metadata.name + "/"
    gone: list[str] = []
    for file in files:
        folder, _, name = file.rpartition("/")
        if folder not in seen:
            seen[folder] = _names_in(f"{start}/{folder}")
        # Installers prune their own notes (INSTALLER, direct_url.json): no harm is done.
        if name in seen[folder] or file.startswith(own):
            continue
        # A file system that ignores case may spell the name otherwise.
        if not os.path.lexists(f"{start}/{file}"):
            gone.append(file)
    if not gone:
        return ""
    rest = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
    return f"its file {gone[0]}{rest} is missing" if not rest else f"{gone[0]}{rest} are missing"


def _names_in(folder: str) -> set[str]:
    try:
        with os.scandir(folder) as entries:
            return {entry.name for entry in entries}
    except OSError:
        return set()


def _is_code(path: str) -> bool:
    return path.endswith((".py", ".so", ".pyd"))


def _importable(editable: Path, metadata: Path) -> set[str]:
    """Look for packages where an editable installation's source can lie."""
    names: set[str] = set()
    source = editable / "src" if (editable / "src").is_dir() else editable
    try:
        entries = list(os.scandir(source))
    except OSError:
        return names
    for entry in entries:
        if entry.is_dir() and Path(entry.path, "__init__.py").is_file():
            names.add(entry.name)
        elif (found := _MODULE.match(entry.name)) and entry.name != "setup.py":
            names.add(found[1])
    return {name for name in names if name.isidentifier()}


def _lines(file: Path) -> list[str]:
    try:
        text = file.read_text("utf-8", "replace")
    except OSError:
        return []
    return [line.strip() for line in text.splitlines() if line.strip()]
