"""A Python of another platform as it lies in the cache: its binaries, its standard library, its licences."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from launcher.errors import BuildError
from launcher.packager.platforms import LINUX, MACOS, WINDOWS, Platform

BINARIES, LIBRARY, LICENCES, ABOUT = "binaries", "library", "licenses", "about.json"
COMPLETE = ".complete"
NAMES = {WINDOWS: "Windows", MACOS: "macOS", LINUX: "Linux"}
LIBRARIES = {
    WINDOWS: "python{0}{1}.dll",
    MACOS: "libpython{0}.{1}.dylib",
    LINUX: "libpython{0}.{1}.so.1.0",
}


@dataclass(frozen=True, slots=True)
class Python:
    """A Python: its folder in the cache, its version, where it is from, and what was checked of it."""

    place: Path
    version: str
    origin: str
    checked: str
    library: str
    runtime: str = ""  # the version of the C runtime that was added

    @property
    def binaries(self) -> Path:
        """The folder of its libraries and compiled modules, all in one."""
        return self.place / BINARIES

    @property
    def standard_library(self) -> Path | None:
        """The folder or the archive of its own standard library, if it brought one."""
        for name in (LIBRARY, f"{LIBRARY}.zip"):
            if (self.place / name).exists():
                return self.place / name
        return None

    @property
    def licences(self) -> Path:
        """The folder of the texts that it is under."""
        return self.place / LICENCES

    def save(self) -> None:
        """Write it down beside its files: it is whole now."""
        values = {name: value for name, value in asdict(self).items() if name != "place"}
        (self.place / ABOUT).write_text(json.dumps(values, indent=1), encoding="utf-8")
        (self.place / COMPLETE).touch()


def read(place: Path) -> Python | None:
    """Return the Python that lies in a folder of the cache, if it is whole."""
    if not (place / COMPLETE).is_file():
        return None
    return Python(place, **json.loads((place / ABOUT).read_text(encoding="utf-8")))


def library_name(platform: Platform, minor: tuple[int, int]) -> str:
    """Return the file name of Python's library on a platform."""
    return LIBRARIES[platform.system].format(*minor)


def version_of(library: Path, minor: tuple[int, int]) -> str:
    """Read the exact version in Python's library; raises BuildError where there is none.

    It stands there as a text of its own, or as the end of a longer one: linkers put such texts together.
    """
    pattern = rb"(?<![\d.])%d\.%d\.\d+(?:(?:a|b|rc)\d+)?\+?(?=\0)" % minor
    content = library.read_bytes()
    found = set(re.findall(rb"\0(" + pattern + rb")", content)) or set(re.findall(pattern, content))
    if len(found) != 1:
        raise BuildError(
            f"{library.name} does not say which Python {minor[0]}.{minor[1]} it is.",
            "Name another Python with --python-for.",
        )
    return str(found.pop(), "ascii")
