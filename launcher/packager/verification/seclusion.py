"""What of this machine a program must do without in its proof, and how it is kept from it.

On Linux it is covered: of all folders only the system's own are there, so that no file of the project, of
its environment, of a home or of any disk beside them can be read. Elsewhere, and where mounting is not
allowed, it can only be watched what the program holds open.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from launcher import host, paths

# What every machine has. Folders beside these are this machine's own.
SYSTEM = (
    *("bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "nix", "opt", "proc", "run"),
    *("sbin", "snap", "sys", "usr", "var"),
)
TOO_HIGH = ("/usr/local", "/usr/lib", "/usr/lib64", "/usr/bin", "/usr/share", "/var/lib")
OPEN = ("/tmp", "/var/tmp")
SCRIPT = Path(__file__).with_name("secluded.py")
DEADLINE = 30.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a project at home: a Python to help with, and the places no friend has, by name."""

    python: Path = Path(sys.executable)
    places: tuple[tuple[str, Path], ...] = ()


@dataclass(frozen=True, slots=True)
class Seclusion:
    """How a program is kept from its surroundings; `why_not` says why it is only watched."""

    python: Path
    covered: tuple[str, ...]
    names: tuple[str, ...]
    why_not: str = ""

    def command(
        self, program: Iterable[str | Path], shown: Iterable[Path], user: tuple[int, int] | None
    ) -> list[str]:
        """Return the command that starts a program in seclusion; only `shown` of what is covered stays."""
        told = {
            "covered": self.covered,
            "open": OPEN,
            "shown": [str(place) for place in shown if self.covers(place)],
            "user": user,
        }
        words = [str(self.python), "-I", "-S", str(SCRIPT), json.dumps(told), *map(str, program)]
        return words

    def covers(self, place: Path) -> bool:
        """Tell whether a place is below a covered one."""
        return any(place.is_relative_to(covered) for covered in self.covered)


def around(surroundings: Surroundings) -> Seclusion:
    """Find out what can be covered here, by trying it."""
    if not host.LINUX:
        return Seclusion(surroundings.python, (), (), "this system has no way to cover folders")
    own = {place for _, place in surroundings.places if _is_own(place)}
    wanted = {*own, *_tops(), *(Path(name) for name in OPEN if Path(name).is_dir())}
    wanted = {place for place in wanted if not any(above in wanted for above in place.parents)}
    covered = tuple(sorted(str(place) for place in wanted))
    secluded = Seclusion(surroundings.python, covered, ())
    names = [name for name, place in surroundings.places if secluded.covers(place)]
    secluded = Seclusion(surroundings.python, covered, tuple(dict.fromkeys((*names, "temporary files"))))
    why_not = _tried(secluded)
    if why_not:
        return Seclusion(surroundings.python, (), (), f"this system does not let us: {why_not}")
    return secluded


def _tried(secluded: Seclusion) -> str:
    """Cover everything for a moment, and return what went wrong."""
    command = secluded.command((), (), None)
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=DEADLINE, check=False, cwd="/"
        )
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    if not done.returncode:
        return ""
    return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]


def surroundings_of(python: Path, *places: tuple[str, Path]) -> Surroundings:
    """Name the surroundings of a build: what is given, and what the launcher itself is and keeps."""
    known = [*places, ("home", Path.home()), ("the launcher's cache", paths.cache_folder())]
    known += [("the launcher", paths.PACKAGE.parent), ("the launcher", Path(sys.prefix))]
    return Surroundings(python, tuple((name, place.resolve()) for name, place in known if place.exists()))


def _tops() -> Iterable[Path]:
    for place in Path("/").iterdir():
        if place.name not in SYSTEM and place.is_dir() and not place.is_symlink():
            yield place


def _is_own(place: Path) -> bool:
    """Tell whether a place can be this machine's own, and is no part of the system itself."""
    system = len(place.parts) < 3 and (len(place.parts) < 2 or place.parts[1] in SYSTEM)
    return not system and str(place) not in TOO_HIGH and place.is_dir()


def held_open(pid: int, surroundings: Surroundings, own: Iterable[Path]) -> list[str]:
    """List files of the surroundings that a program and its children have open or mapped now."""
    allowed = list(own)
    found = set()
    for path in _open_files(pid):
        place = Path(path)
        inside = any(_is_own(near) and place.is_relative_to(near) for _, near in surroundings.places)
        if inside and not any(place.is_relative_to(mine) for mine in allowed):
            found.add(path)
    return sorted(found)


def _open_files(pid: int) -> Iterable[str]:
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for one in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                yield from (file.path for file in one.open_files())
                yield from (mapped.path for mapped in one.memory_maps())
