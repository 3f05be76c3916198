"""The app layer: the project's own tree as it is, less what must not travel."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from launcher.errors import BrokenProject, BuildError
from launcher.packager.app_layer import copying, walking
from launcher.packager.app_layer.travel import NEVER_FOLDERS
from launcher.packager.app_layer.walking import LeftBehind, Link
from launcher.project.config import Files
from launcher.project.tree import python_files

__all__ = ["AppLayer", "LeftBehind", "Link", "copy_for_rehearsal", "of_files", "of_project", "refuse_links"]

MODULES = "node_modules"  # where npm installs; some apps serve files from there
LARGEST_PAGE = 10_000_000  # bytes
PAGES = ("*.html", "*.htm", "*.jinja", "*.jinja2", "*.j2")


@dataclass(frozen=True, slots=True)
class AppLayer:
    """What travels of a tree: files and empty folders, relative to `source`, POSIX.

    Of the files that travel, `despite` are those that git ignores and the app reads, and `secret` those
    that look like secrets and were asked for, with their kind. `leaving` are links that would need a
    file of this machine.
    """

    source: Path
    files: tuple[str, ...]
    folders: tuple[str, ...]
    left: tuple[LeftBehind, ...]
    despite: tuple[str, ...] = ()
    secret: tuple[tuple[str, str], ...] = ()
    leaving: tuple[Link, ...] = ()
    installed: bool = False  # by an installer, which may have made links to where it keeps files

    @property
    def size(self) -> int:
        """Return the bytes of all files."""
        return sum(size_of(self.source / name) for name in self.files)

    def lay(self, place: Path) -> None:
        """Copy the layer to `place`; raises BuildError for a file that is gone or closed by now."""
        place.mkdir(parents=True, exist_ok=True)
        for name in self.folders:
            (place / name).mkdir(parents=True, exist_ok=True)
        for name in self.files:
            target = place / name
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                if self.installed:
                    shutil.copy2(self.source / name, target)
                else:
                    copying.copy(self.source, name, target)
            except copying.Swapped as error:
                raise BuildError(
                    f"{self.source / name} became something else while the project was copied: {error}.",
                    "Build again when nothing else works in the project's folder.",
                ) from error
            except FileNotFoundError as error:
                raise BuildError(
                    f"{self.source / name} went away while the project was copied.",
                    "Build again when nothing else works in the project's folder.",
                ) from error
            except PermissionError as error:
                raise BuildError(
                    f"{self.source / name} cannot be read any more.",
                    "Give yourself the right to read it, or name it in exclude of [tool.launcher.files].",
                ) from error


def size_of(path: Path) -> int:
    """Return a file's bytes; none where it is gone by now."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def of_project(
    root: Path, files: Files, *, output: Path | None = None, read: Iterable[str] = ()
) -> AppLayer:
    """Decide what of the project at `root` travels.

    `read` are paths that the app was seen to read: they travel even when git
    ignores them. `output` is where builds go, which is no part of the project.
    """
    found = walking.walk(root, files, output=output, read=frozenset(read))
    return AppLayer(
        root,
        tuple(sorted(found.files)),
        tuple(sorted(found.folders)),
        tuple(found.left),
        despite=tuple(sorted(found.despite)),
        secret=tuple(sorted(found.secret)),
        leaving=tuple(sorted(found.leaving)),
    )


def of_files(source: Path, files: Iterable[str]) -> AppLayer:
    """Make a layer of the given files of a distribution below `source`."""
    return AppLayer(source, tuple(sorted(files)), (), (), installed=True)


def refuse_links(layer: AppLayer) -> None:
    """Raise BrokenProject where a link leads out of the project: no friend has what it names."""
    if not layer.leaving:
        return
    link = layer.leaving[0]
    more = f" So do {len(layer.leaving) - 1} more." if len(layer.leaving) > 1 else ""
    raise BrokenProject(
        f"{link.path} is a link to {link.target}, which is not in the project and would not travel.{more}",
        "Put a copy in its place, or, if the app does without it, name it in exclude of "
        f"[tool.launcher.files], or build with --exclude {link.path}.",
    )


def copy_for_rehearsal(root: Path, place: Path, *, output: Path | None = None) -> None:
    """Copy the project as its author runs it, secrets and ignored files too, less what is no part of it."""
    wants_modules = (root / MODULES).is_dir() and _mentions_modules(root)

    def ignore(folder: str, names: list[str]) -> list[str]:
        return [name for name in names if _is_foreign(Path(folder) / name, output, wants_modules)]

    try:
        shutil.copytree(root, place, symlinks=True, ignore=ignore)
    except shutil.Error as error:
        source, _, why = error.args[0][0]
        if f"[Errno {errno.ENOSPC}]" in why or f"[Errno {errno.EDQUOT}]" in why:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), source) from error
        raise BuildError(
            f"{source} could not be copied: {why}",
            "Build again when nothing else works in the project's folder.",
        ) from error


def _is_foreign(path: Path, output: Path | None, wants_modules: bool) -> bool:
    if path.is_symlink():
        return False
    if not path.is_dir():
        # Nobody can copy a socket or a pipe; whoever needs one makes it. What its author cannot read,
        # the app cannot either.
        return not path.is_file() or not os.access(path, os.R_OK)
    if path.name == MODULES and wants_modules:
        return False
    return (
        path.name in NEVER_FOLDERS
        or not os.access(path, os.R_OK | os.X_OK)
        or walking.is_built(path)
        or (output is not None and path.resolve() == output.resolve())
        or walking.is_environment(path)
    )


def _mentions_modules(root: Path) -> bool:
    """Tell whether the app's code or pages name the folder of npm: copying it for nothing takes long."""
    code = (path for path, _ in python_files(root))
    pages = (
        page
        for folder in sorted(root.iterdir())
        if folder.is_dir() and not folder.is_symlink() and folder.name not in NEVER_FOLDERS
        if not walking.is_environment(folder)
        for pattern in PAGES
        for page in folder.rglob(pattern)
        if MODULES not in page.parts
    )
    links = (path for path in (root / "static").glob("*") if path.is_symlink())
    return any(MODULES.encode() in _bytes(path) for source in (code, pages) for path in source) or any(
        MODULES in os.readlink(link) for link in links
    )


def _bytes(path: Path) -> bytes:
    try:
        # Not looked into: a pipe has no end, and no page is so large.
        return path.read_bytes() if path.is_file() and path.stat().st_size < LARGEST_PAGE else b""
    except OSError:
        return b""
