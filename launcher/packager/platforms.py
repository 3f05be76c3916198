"""The systems that programs are built for, whichever of them this one is."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from launcher import host
from launcher.errors import UsageError

WINDOWS, MACOS, LINUX = "windows", "macos", "linux"
ALL = "all"


@dataclass(frozen=True, slots=True)
class Platform:
    """A system and the processor it runs on."""

    system: str
    machine: str

    @property
    def tag(self) -> str:
        """Return its name, as in `linux-x86_64`."""
        return f"{self.system}-{self.machine}"

    @property
    def is_here(self) -> bool:
        """Tell whether this machine is one: its programs can be run here."""
        return self.tag == host.tag()

    def executable_name(self, name: str) -> str:
        """Return the file name that a program called `name` has there."""
        return f"{name}.exe" if self.system == WINDOWS else name


def folder_name(name: str, platform: Platform) -> str:
    """Return the name of the folder that a program is: an application bundle on macOS."""
    return f"{name}.app" if platform.system == MACOS else name


# What is built from everywhere. A machine of another kind, such as Linux on ARM, is one target more.
ACROSS = (
    Platform(WINDOWS, "x86_64"),
    Platform(MACOS, "arm64"),
    Platform(MACOS, "x86_64"),
    Platform(LINUX, "x86_64"),
)


TAGS = tuple(sorted({host.tag(), *(platform.tag for platform in ACROSS)}))


def here() -> Platform:
    """Return the platform of this machine."""
    system, _, machine = host.tag().partition("-")
    return Platform(system, machine)


def chosen(tags: Sequence[str]) -> tuple[Platform, ...]:
    """Return the platforms asked for by name, this machine's first; raises UsageError for an unknown one."""
    if not tags:
        return (here(),)
    known = {platform.tag: platform for platform in (here(), *ACROSS)}
    for tag in tags:
        if tag != ALL and tag not in known:
            raise UsageError(
                f"There is no target {tag!r}.", f"Targets: {', '.join(sorted(known))}, {ALL}."
            )
    wanted = known if ALL in tags else dict.fromkeys(tags)
    return tuple(sorted((known[tag] for tag in wanted), key=lambda one: (not one.is_here, one.tag)))


def pythons(given: Sequence[str]) -> dict[str, Path]:
    """Read words such as `windows=PATH` into paths by system or target; raises UsageError for others."""
    known = {one.tag for one in ACROSS} | {one.system for one in ACROSS}
    found: dict[str, Path] = {}
    for words in given:
        name, equals, place = words.partition("=")
        if not equals or not place or name not in known:
            raise UsageError(
                f"--python-for {words} does not say which Python is meant for what.",
                f"Write --python-for windows=PATH; it knows {', '.join(sorted(known))}.",
            )
        found[name] = Path(os.path.abspath(os.path.expanduser(place)))
        if not found[name].exists():
            raise UsageError(
                f"--python-for {words}: there is no {found[name]}.", "Name a folder or an archive."
            )
    return found


def given_for(platform: Platform, given: dict[str, Path]) -> Path | None:
    """Return the Python that was named for a platform, by its target or else by its system."""
    return given.get(platform.tag) or given.get(platform.system)
