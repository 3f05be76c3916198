"""The app layer: the project's own tree as it is, less what must not travel."""

from __future__ import annotations

import fnmatch
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from launcher import frozen, host
from launcher.packager import workplace
from launcher.project.config import Files

BUILT = "a program that was built"

# Names of folders that hold nothing of the app: history, caches, environments, other tools' output.
NEVER_FOLDERS = {
    **dict.fromkeys((".git", ".hg", ".svn", ".bzr", "CVS"), "version control"),
    **dict.fromkeys(
        ("__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".tox", ".nox", ".cache"),
        "cache",
    ),
    **dict.fromkeys(
        (".venv", "venv", "site-packages", "__pypackages__", "node_modules"), "installed packages"
    ),
    **dict.fromkeys((".idea", ".vscode", ".github", ".gitlab"), "editor or server settings"),
    **dict.fromkeys((".ssh", ".aws", ".gnupg"), "credentials"),
}
NEVER_FILES = {
    "*.pyc": "cache",
    "*.pyo": "cache",
    ".DS_Store": "left by the system",
    "Thumbs.db": "left by the system",
    ".coverage": "left by tests",
    "*.pem": "a key",
    "*.key": "a key",
    "*.p12": "a key",
    "*.pfx": "a key",
    "id_rsa*": "a key",
    "id_ed25519*": "a key",
    "id_ecdsa*": "a key",
    ".env": "secrets",
    ".env.*": "secrets",
    ".flaskenv": "development settings",
    ".netrc": "credentials",
    ".pypirc": "credentials",
    "credentials.json": "credentials",
    f"*-{host.tag()}.tar.gz": BUILT,
}


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A path of the project that does not travel, and why."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class AppLayer:
    """What travels of a tree: files and empty folders, relative to `source`, POSIX."""

    source: Path
    files: tuple[str, ...]
    folders: tuple[str, ...]
    left: tuple[LeftBehind, ...]

    @property
    def size(self) -> int:
        """Return the bytes of all files."""
        return sum((self.source / name).stat().st_size for name in self.files)

    def lay(self, place: Path) -> None:
        """Copy the layer to `place`."""
        place.mkdir(parents=True, exist_ok=True)
        for name in self.folders:
            (place / name).mkdir(parents=True, exist_ok=True)
        for name in self.files:
            target = place / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(self.source / name, target)


def of_project(
    root: Path, files: Files, *, output: Path | None = None, read: Iterable[str] = ()
) -> AppLayer:
    """Decide what of the project at `root` travels.

    `read` are paths that the app was seen to read: they travel even when git
    ignores them. `output` is where builds go, which is no part of the project.
    """
    files = replace(files, include=(*files.include, *files.keep))  # what is to be kept must come first
    seen = frozenset(read)
    ignored = _ignored_by_git(root)
    travels: list[str] = []
    folders: list[str] = []
    left: list[LeftBehind] = []
    for name, is_folder, is_empty in _walk(root, left, files, ignored, seen, output):
        if not is_folder:
            travels.append(name)
        elif is_empty:
            folders.append(name)
    return AppLayer(root, tuple(sorted(travels)), tuple(sorted(folders)), tuple(left))


def of_files(source: Path, files: Iterable[str]) -> AppLayer:
    """Make a layer of the given files below `source`."""
    return AppLayer(source, tuple(sorted(files)), (), ())


def _walk(
    root: Path,
    left: list[LeftBehind],
    files: Files,
    ignored: frozenset[str],
    seen: frozenset[str],
    output: Path | None,
) -> Iterator[tuple[str, bool, bool]]:
    for folder, names, leaves in os.walk(root):
        names.sort()
        place = Path(folder)
        empty = not names and not leaves
        for name in list(names):
            path = place / name
            relative = path.relative_to(root).as_posix()
            why = _why_not_folder(path, relative, files, ignored, seen, output)
            if why:
                names.remove(name)
                left.append(LeftBehind(f"{relative}/", why))
        for name in sorted(leaves):
            path = place / name
            relative = path.relative_to(root).as_posix()
            why = _why_not_file(path, relative, files, ignored, seen, root)
            if why:
                left.append(LeftBehind(relative, why))
            else:
                yield relative, False, False
        if place != root:
            yield place.relative_to(root).as_posix(), True, empty


def _why_not_folder(
    path: Path,
    relative: str,
    files: Files,
    ignored: frozenset[str],
    seen: frozenset[str],
    output: Path | None,
) -> str:
    if path.is_symlink():
        return "a link to a folder"
    if _matches(relative, files.include):
        return ""
    if _matches(relative, files.exclude):
        return "excluded in [tool.launcher.files]"
    if path.name in NEVER_FOLDERS:
        return NEVER_FOLDERS[path.name]
    if (path / "pyvenv.cfg").is_file() or (path / "conda-meta").is_dir():
        return "a virtual environment"
    if path.name.endswith(".egg-info"):
        return "left by an installer"
    if _is_built(path) or (output is not None and path.resolve() == output.resolve()):
        return BUILT
    is_read = any(name.startswith(f"{relative}/") for name in seen)
    if (
        f"{relative}/" in ignored
        and not is_read
        and not any(p.startswith(f"{relative}/") for p in files.include)
    ):
        return "ignored by git"
    return ""


def _is_built(folder: Path) -> bool:
    """Tell whether a folder is a program that was built, or the place where one is being built."""
    manifest = folder / frozen.LAYERS / frozen.MANIFEST
    return folder.name.startswith(workplace.PREFIX) or manifest.is_file()


def _why_not_file(
    path: Path,
    relative: str,
    files: Files,
    ignored: frozenset[str],
    seen: frozenset[str],
    root: Path,
) -> str:
    if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
        return "a link that leaves the project"
    if not path.is_file():
        return "neither a file nor a folder"
    if _matches(relative, files.include):
        return ""
    if _matches(relative, files.exclude):
        return "excluded in [tool.launcher.files]"
    for pattern, why in NEVER_FILES.items():
        if fnmatch.fnmatchcase(path.name, pattern):
            return why
    if relative in ignored and relative not in seen:
        return "ignored by git"
    return ""


def _matches(relative: str, patterns: Iterable[str]) -> bool:
    return any(
        fnmatch.fnmatchcase(relative, pattern.rstrip("/"))
        or fnmatch.fnmatchcase(relative, pattern.rstrip("/") + "/*")
        for pattern in patterns
    )


def _ignored_by_git(root: Path) -> frozenset[str]:
    """List what git ignores below `root`; folders end with a slash. Nothing where git has no say."""
    tool = shutil.which("git")
    if tool is None:
        return frozenset()
    what = ("--others", "--ignored", "--exclude-standard", "--directory")
    command = [tool, "-C", str(root), "ls-files", "-z", *what]
    answer = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if answer.returncode:
        return frozenset()
    return frozenset(os.fsdecode(name) for name in answer.stdout.split(b"\0") if name)


def copy_for_rehearsal(root: Path, place: Path, *, output: Path | None = None) -> None:
    """Copy the project as its author runs it, secrets and ignored files too, less what is no part of it."""

    def ignore(folder: str, names: list[str]) -> list[str]:
        return [name for name in names if _is_foreign(Path(folder) / name, output)]

    shutil.copytree(root, place, symlinks=True, ignore=ignore)


def _is_foreign(path: Path, output: Path | None) -> bool:
    if not path.is_dir():
        # Nobody can copy a socket or a pipe; whoever needs one makes it.
        return not path.is_file() and not path.is_symlink()
    if _is_built(path):
        return True
    if output is not None and path.resolve() == output.resolve():
        return True
    return (
        path.name in NEVER_FOLDERS
        or (path / "pyvenv.cfg").is_file()
        or (path / "conda-meta").is_dir()
    )
