"""Looking through a bundle: each binary is of its platform, and what it asks for can be found there."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from launcher.errors import BuildError
from launcher.packager.audit import binaries, floors, naming, strays, systems
from launcher.packager.audit.binaries import Binary
from launcher.packager.audit.findings import Audit
from launcher.packager.audit.kinds import Kind, kind_of
from launcher.packager.platforms import LINUX, MACOS, WINDOWS, Platform
from launcher.project import bundles

LOADER, EXECUTABLE, RPATH = "@loader_path/", "@executable_path/", "@rpath/"
# Modules of the standard library that no app with a window has a use for: what they lack is told and no more.
SELDOM = re.compile(r"(nis|readline|_curses|_curses_panel|_tkinter|_gdbm|_dbm|ossaudiodev|spwd)\.")
PROGRAMS = f"{bundles.CONTENTS}/MacOS"  # what `@executable_path` stands for


def look(bundle: Path, platform: Platform) -> Audit:
    """Read what every binary of a bundle asks for.

    Raises BuildError for a binary of another system, for a library that the player itself lacks, and for
    names that the system cannot have. What is for this machine is proven by running, and nothing refused.
    """
    if not platform.is_here:
        naming.check(bundle, platform)
    layers = bundles.layers_in(bundle).relative_to(bundle).as_posix()
    own: list[Binary] = []
    others: dict[str, Kind] = {}
    for path, kind in _found_in(bundle):
        if not kind.suits(platform):
            others[path] = kind
        elif (one := binaries.read(bundle, path, platform)) is not None:
            own.append(one)
    foreign = strays.sort(bundle, layers, others, platform)
    system, lacking = _Search(bundle, platform, own).look()
    if not platform.is_here:
        _refuse_lacking(lacking, layers, platform)
    floor, why = floors.of(own, platform)
    return Audit(len(own), system, lacking, floor, why, foreign)


def _found_in(bundle: Path) -> Iterator[tuple[str, Kind]]:
    for folder, names, files in os.walk(bundle):
        names.sort()
        for name in sorted(files):
            path = Path(folder) / name
            if not path.is_symlink() and (kind := kind_of(path)) is not None:
                yield path.relative_to(bundle).as_posix(), kind


@dataclass(slots=True)
class _Search:
    """A search for what binaries ask for; `names` are those that the bundle provides."""

    bundle: Path
    platform: Platform
    own: list[Binary]
    names: set[str] = field(default_factory=set)

    def look(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return what the system has to have, and what is lacking, each with one that asks for it."""
        for one in self.own:
            self.names.update(self._plain(name) for name in (posixpath.basename(one.path), one.name))
        if self.platform.system == LINUX:
            self.names.update(_links_in(self.bundle))
        system: dict[str, str] = {}
        lacking: dict[str, str] = {}
        for one in self.own:
            for library in one.needed:
                if not self._is_here(library, one):
                    has = systems.is_of(self.platform.system, library)
                    (system if has else lacking).setdefault(self._plain(library), one.path)
        return dict(sorted(system.items())), dict(sorted(lacking.items()))

    def _plain(self, name: str) -> str:
        return name.lower() if self.platform.system == WINDOWS else name

    def _is_here(self, library: str, one: Binary) -> bool:
        """Tell whether the bundle has a library.

        By its name: a loader takes one that was loaded before from wherever it lies, and that is what
        distributions count on which load their own libraries first. The one of macOS asks by paths.
        """
        if self.platform.system != MACOS:
            return self._plain(library) in self.names
        if library.startswith(RPATH):
            rest = library.removeprefix(RPATH)
            places = [f"{path.rstrip('/')}/{rest}" for path in (*one.paths, LOADER)]
            return library in self.names or any(self._lies_at(place, one) for place in places)
        return self._lies_at(library, one)

    def _lies_at(self, place: str, one: Binary) -> bool:
        for start, folder in ((LOADER, posixpath.dirname(one.path)), (EXECUTABLE, PROGRAMS)):
            if place.startswith(start):
                return (self.bundle / folder / place.removeprefix(start)).exists()
        return False


def _links_in(bundle: Path) -> Iterable[str]:
    """Give the names of links to libraries: one library may have several."""
    for folder, _, files in os.walk(bundle):
        for name in files:
            if ".so" in name and os.path.islink(os.path.join(folder, name)):
                yield name


def _refuse_lacking(lacking: dict[str, str], layers: str, platform: Platform) -> None:
    own = {
        name: path
        for name, path in lacking.items()
        if not path.startswith(f"{layers}/") and not SELDOM.match(posixpath.basename(path))
    }
    if own:
        told = ", ".join(f"{name} (for {path})" for name, path in own.items())
        raise BuildError(
            f"The program for {platform.tag} would not work: neither it nor that system has {told}.",
            "Name a Python for it that brings its libraries, with --python-for, or build on that system.",
        )
