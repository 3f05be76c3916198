"""Libraries of this machine that compiled extensions link to: brought along, or named.

Wheels that were made to travel (manylinux, musllinux) hold all that they need. What was compiled here links
to what is installed here. A friend's machine has the C library and what every desktop has; anything else is
laid into a folder of the site layer, from which the backend loads it before the app is imported: the loader
then finds it by its name, and neither a file nor a variable that children inherit is changed for it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from launcher.loading import sites
from launcher.packager.platforms import LINUX, Platform
from launcher.packager.site.dynamic import Links, links_of
from launcher.project.environment import Distribution

# What PEP 600 lets a wheel expect of any Linux, and what belongs to a machine's own drivers.
OF_THE_SYSTEM = re.compile(
    r"(ld-linux.*|ld64|ld-musl.*|linux-vdso|lib(c|m|dl|pthread|rt|util|nsl|resolv|crypt|anl|mvec|thread_db|gcc_s"
    r"|stdc\+\+|z|expat|atomic|X11|Xext|Xrender|ICE|SM|GL|EGL|gobject-2\.0|gthread-2\.0|glib-2\.0"
    r"|cuda|nvidia.*|OpenCL|vulkan|drm|python3.*))\.so(\..*)?"
)
TRAVELLING = re.compile(r"^Tag:.*(manylinux|musllinux)", re.MULTILINE)
LIBRARY = re.compile(r"\.so(\.[0-9.]+)?$")
DEFAULT = ("/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib")
DEADLINE = 30.0  # seconds


@dataclass(frozen=True, slots=True)
class Unfound:
    """A library that an extension needs and this machine does not have."""

    distribution: str
    file: str
    library: str


@dataclass(slots=True)
class Brought:
    """Libraries by the name that the loader asks for, each after those it needs; and those not found."""

    libraries: dict[str, Path] = field(default_factory=dict)
    wanted_by: dict[str, str] = field(default_factory=dict)
    unfound: list[Unfound] = field(default_factory=list)


def look(distributions: Iterable[Distribution], player: Path | None, platform: Platform) -> Brought:
    """Find the libraries outside of distributions that these link to and a friend may not have.

    `player` is a player whose own libraries every process of the program finds. Only what was made for
    this machine links to what it has.
    """
    brought = Brought()
    if platform.system != LINUX or not platform.is_here:
        return brought
    known: Mapping[str, Path] | None = None
    for one in distributions:
        if one.editable is None and _travels(one):
            continue
        own = {Path(name).name for name in one.files if LIBRARY.search(name)}
        for name in sorted(one.files):
            links = links_of(one.root / name) if LIBRARY.search(name) else None
            if links is None:
                continue
            known = _cached() if known is None else known
            search = _Search(links.machine, known, player, own, brought)
            for library in links.needed:
                if not search.take(library, links, one.root / name, one.name):
                    brought.unfound.append(Unfound(one.name, name, library))
    return brought


def lay(brought: Brought, place: Path) -> None:
    """Lay the libraries into a site layer, with the order in which they are loaded."""
    if not brought.libraries:
        return
    folder = place / sites.LIBRARIES
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in brought.libraries.items():
        shutil.copy2(source, folder / name)
    order = "".join(f"{name}\n" for name in brought.libraries)
    (folder / sites.ORDER).write_text(order, encoding="utf-8")
    os.utime(folder / sites.ORDER, (0, 0))  # the same at each build


@dataclass(slots=True)
class _Search:
    machine: tuple[int, int]
    known: Mapping[str, Path]
    player: Path | None
    own: set[str]
    brought: Brought

    def take(self, name: str, links: Links, file: Path, distribution: str) -> bool:
        """Bring a library and what it needs itself; tell whether it was found."""
        if OF_THE_SYSTEM.fullmatch(name) or name in self.brought.libraries or name in self.own:
            return True
        if self.player is not None and (self.player / "_internal" / name).exists():
            return True
        found = self._find(name, links, file)
        if found is None:
            return False
        inner = links_of(found) or Links()
        self.own.add(name)  # libraries may need each other in a circle
        for needed in inner.needed:
            self.take(needed, inner, found, distribution)
        self.brought.libraries[name] = found
        self.brought.wanted_by[name] = distribution
        return True

    def _find(self, name: str, links: Links, file: Path) -> Path | None:
        here = str(file.resolve().parent)
        named = [path.replace("${ORIGIN}", here).replace("$ORIGIN", here) for path in links.paths]
        asked = os.environ.get("LD_LIBRARY_PATH", "").split(":")
        places = [Path(folder) / name for folder in (*named, *asked) if folder]
        places += [self.known[name]] if name in self.known else []
        places += [Path(folder) / name for folder in DEFAULT]
        for place in places:
            inner = links_of(place)
            if inner is not None and inner.machine == self.machine:
                return Path(os.path.realpath(place))
        return None


def _travels(one: Distribution) -> bool:
    try:
        text = (one.metadata / "WHEEL").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return TRAVELLING.search(text) is not None


def _cached() -> Mapping[str, Path]:
    """Ask the loader's own table where libraries lie."""
    tool = shutil.which("ldconfig", path=f"{os.environ.get('PATH', '')}:/sbin:/usr/sbin")
    if tool is None:
        return {}
    try:
        answer = subprocess.run(
            [tool, "-p"], stdin=subprocess.DEVNULL, capture_output=True, timeout=DEADLINE, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    return dict(_pairs(answer.stdout.decode("utf-8", "replace")))


def _pairs(text: str) -> Iterator[tuple[str, Path]]:
    for line in text.splitlines():
        name, arrow, path = line.strip().partition(" => ")
        if arrow:
            yield name.split(" ")[0], Path(path)
