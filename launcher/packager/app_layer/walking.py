"""Walking a project's tree and deciding of each file and folder whether it travels."""

from __future__ import annotations

import fnmatch
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from launcher import names
from launcher.packager import workplace
from launcher.packager.app_layer import handed, secrets
from launcher.packager.app_layer.travel import BUILT, DATA, IGNORED, NEVER_FILES, NEVER_FOLDERS, Wishes
from launcher.project import bundles
from launcher.project.config import Files

MOST_EMPTY = 100  # folders that are kept of a folder whose files stay
NOT_HERE = "a link to what is not there"
LOOP = "a link to a folder that it lies in"
UNREADABLE = "it cannot be read"
INSTALLER = "left by an installer"
UNWRITABLE = "its name has signs that cannot be written down"
TOO_LONG = "its path is too long"
LONGEST_PATH = 1000  # bytes: macOS has 1024 for the whole path, Linux four times as many
# A repository's own settings may name a program that git starts by itself, or another folder to look at.
HELD = ("core.fsmonitor=false", "core.hooksPath=", "core.untrackedCache=false")


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A path of the project that does not travel, and why."""

    path: str
    why: str


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """A link that leads out of the project."""

    path: str
    target: str


@dataclass(slots=True)
class Found:
    """What a walk found; `AppLayer` says what each is."""

    files: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    left: list[LeftBehind] = field(default_factory=list)
    despite: list[str] = field(default_factory=list)
    secret: list[tuple[str, str]] = field(default_factory=list)
    leaving: list[Link] = field(default_factory=list)


def walk(root: Path, files: Files, *, output: Path | None, read: frozenset[str]) -> Found:
    """Walk the project at `root`; for the arguments see `app_layer.of_project`."""
    walking = _Walk(root, Wishes(files), _ignored_by_git(root), read, output)
    walking.folder(root, "", "", (Path(os.path.realpath(root)),))
    return walking.found


@dataclass(slots=True)
class _Walk:
    root: Path
    wishes: Wishes
    ignored: frozenset[str]
    read: frozenset[str]
    output: Path | None
    found: Found = field(default_factory=Found)

    def folder(self, place: Path, start: str, behind: str, above: tuple[Path, ...]) -> int:
        """Walk a folder; `behind` is why it stays but for what is wanted of it. Return how much travels."""
        try:
            entries = sorted(os.scandir(place), key=lambda entry: entry.name)
        except OSError:
            self.found.left.append(LeftBehind(f"{start}/" if start else "./", UNREADABLE))
            return 0
        taken = 0
        for entry in entries:
            relative = f"{start}/{entry.name}" if start else entry.name
            path = place / entry.name
            if why := _cannot_be(relative):
                self.found.left.append(LeftBehind(names.visible(relative), why))
                continue
            # A link first: what it names may be anywhere, or nowhere.
            if os.path.isdir(path) and not _is_outside(path, self.root):
                taken += self._below(path, relative, behind, above)
            else:
                taken += self._file(path, relative, behind)
        if start and not taken and not behind:
            self.found.folders.append(start)
        return taken or int(bool(start) and not behind)

    def _below(self, path: Path, relative: str, behind: str, above: tuple[Path, ...]) -> int:
        real = Path(os.path.realpath(path))
        if path.is_symlink() and real in above:
            self.found.left.append(LeftBehind(f"{relative}/", LOOP))
            return 0
        said = self.wishes.of(relative)
        if said == "":
            return self.folder(path, relative, "", (*above, real))
        why = said or behind or self._why_not_folder(path, relative)
        if not why:
            return self.folder(path, relative, "", (*above, real))
        if why == IGNORED and path.name in DATA and self._reads_below(relative):
            before = len(self.found.files)
            taken = self.folder(path, relative, "", (*above, real))
            self.found.despite += self.found.files[before:]
            return taken
        taken = self._wanted_below(path, relative, why, (*above, real))
        if not behind:
            self._leave_folder(path, relative, why, taken)
        return taken

    def _wanted_below(self, path: Path, relative: str, why: str, above: tuple[Path, ...]) -> int:
        """Take what the app reads, or its author names, of a folder that stays."""
        wanted = self._reads_below(relative) or self.wishes.name_below(relative)
        if not wanted and why == IGNORED:
            wanted = self.wishes.may_name_below(relative)
        return self.folder(path, relative, why, above) if wanted else 0

    def _leave_folder(self, path: Path, relative: str, why: str, taken: int) -> None:
        part = f", but for {taken} file{'s' if taken > 1 else ''}" if taken else ""
        self.found.left.append(LeftBehind(f"{relative}/", f"{why}{part}"))
        if why == IGNORED:
            # An app that writes there finds the folder at home.
            self.found.folders += _skeleton(path, relative)

    def _reads_below(self, relative: str) -> bool:
        return any(name.startswith(f"{relative}/") for name in self.read)

    def _why_not_folder(self, path: Path, relative: str) -> str:
        if path.is_symlink() and (why := self._why_not_target(path)):
            return why
        if path.name in NEVER_FOLDERS:
            return NEVER_FOLDERS[path.name]
        if not os.access(path, os.R_OK | os.X_OK):
            return UNREADABLE
        if is_environment(path):
            return "a virtual environment"
        if path.name.endswith(".egg-info"):
            return INSTALLER
        if is_built(path) or (self.output is not None and path.resolve() == self.output.resolve()):
            return BUILT
        return IGNORED if f"{relative}/" in self.ignored else ""

    def _file(self, path: Path, relative: str, behind: str) -> int:
        said = self.wishes.of(relative)
        leaves = _is_outside(path, self.root)
        if os.path.isfile(path) or leaves:
            why = said or (self._why_not_file(path, relative, behind) if said is None else "")
        else:  # not looked into: a pipe has no end
            why = said or behind or (NOT_HERE if path.is_symlink() else "neither a file nor a folder")
        if not why and leaves:
            self.found.leaving.append(Link(relative, os.readlink(path)))
            why = f"a link to {os.readlink(path)}, which is not in the project"
        if not why and not os.access(path, os.R_OK):
            why = UNREADABLE
        if why:
            if not behind or why != behind:
                self.found.left.append(LeftBehind(relative, why))
            return 0
        self.found.files.append(relative)
        if said == "" and (kind := secrets.kind_of(path)):
            self.found.secret.append((relative, kind))
        elif said is None and (behind not in ("", INSTALLER) or relative in self.ignored):
            self.found.despite.append(relative)
        return 1

    def _why_not_file(self, path: Path, relative: str, behind: str) -> str:
        kind = secrets.kind_of(path) if not behind or relative in self.read else ""
        if kind:
            return kind
        if path.is_symlink() and (why := self._why_not_target(path)):
            return why
        if os.path.isdir(path) and (path.name in NEVER_FOLDERS or is_environment(path)):
            return NEVER_FOLDERS.get(path.name, "a virtual environment")
        never = (why for pattern, why in NEVER_FILES.items() if fnmatch.fnmatchcase(path.name, pattern))
        ignored = IGNORED if relative in self.ignored else ""
        is_read = relative in self.read or (os.path.isdir(path) and self._reads_below(relative))
        why = next(never, "") or handed.why(path) or behind or ignored
        return why if not is_read or why == BUILT else ""

    def _why_not_target(self, path: Path) -> str:
        """Tell why what a link within the project names would stay; by another name it is the same."""
        real, root = Path(os.path.realpath(path)), Path(os.path.realpath(self.root))
        if not real.is_relative_to(root):
            return ""
        folders = real.relative_to(root).parts if real.is_dir() else real.relative_to(root).parts[:-1]
        never = (NEVER_FOLDERS[name] for name in folders if name in NEVER_FOLDERS)
        return next(never, "")


def is_built(folder: Path) -> bool:
    """Tell whether a folder is a program that was built, an export, or the place where one is being made."""
    return folder.name.startswith(workplace.PREFIX) or bundles.is_made(folder)


def is_environment(folder: Path) -> bool:
    """Tell whether a folder is a virtual environment."""
    return os.path.isfile(folder / "pyvenv.cfg") or os.path.isdir(folder / "conda-meta")


def _cannot_be(relative: str) -> str:
    """Tell why no program could hold a file of this name."""
    if not names.is_writable(relative.rpartition("/")[2]):
        return UNWRITABLE
    return TOO_LONG if len(os.fsencode(relative)) > LONGEST_PATH else ""


def _is_outside(path: Path, root: Path) -> bool:
    """Tell whether a path is a link that leads out of the project to something."""
    if not path.is_symlink() or not os.path.exists(path):
        return False
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def _skeleton(path: Path, relative: str) -> list[str]:
    """List the folders in a folder whose files stay behind; where they are many, only itself."""
    found = [relative]
    for place, below, _ in os.walk(path):
        start = Path(place).relative_to(path).as_posix()
        inner = relative if start == "." else f"{relative}/{start}"
        below[:] = [name for name in below if not _cannot_be(f"{inner}/{name}")]
        found += [f"{inner}/{name}" for name in below]
        if len(found) > MOST_EMPTY:
            return [relative]
    return found


def _ignored_by_git(root: Path) -> frozenset[str]:
    """List what git ignores below `root`; folders end with a slash. Nothing where git has no say."""
    tool = shutil.which("git")
    if tool is None:
        return frozenset()
    what = ("--others", "--ignored", "--exclude-standard", "--directory")
    settings = [word for one in HELD for word in ("-c", one)]
    command = [tool, *settings, "-C", str(root), "ls-files", "-z", *what]
    answer = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if answer.returncode:
        return frozenset()
    return frozenset(os.fsdecode(name) for name in answer.stdout.split(b"\0") if name)
