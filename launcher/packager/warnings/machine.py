"""What the friend's machine must have because of the machine that builds."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from pathlib import Path

from launcher.packager.platforms import LINUX, Platform
from launcher.packager.site import elf
from launcher.packager.warnings.notice import Notice

# Systems of 2019: whoever has an older one knows that programs are not made for it.
OLD_ENOUGH = (2, 28)
SYSTEMS = (
    ((2, 31), "Debian 11, Ubuntu 20.04, Fedora 32"),
    ((2, 34), "Debian 12, Ubuntu 22.04, RHEL 9"),
    ((2, 35), "Debian 12, Ubuntu 22.04, Fedora 36"),
    ((2, 36), "Debian 12, Ubuntu 24.04, Fedora 37"),
    ((2, 39), "Debian 13, Ubuntu 24.04, Fedora 40"),
    ((2, 41), "Debian 13, Ubuntu 25.04, Fedora 42"),
)


def look(bundle: Path | None, target: Platform) -> Iterator[Notice]:
    """Look at a bundle, or a player; without one, at this machine, whose C library is the upper bound."""
    if target.system != LINUX:
        return
    if bundle is not None:
        floor = elf.floor_of(bundle)
        if floor is None or floor.version <= OLD_ENOUGH:
            return
        version, why = floor.version, f"{floor.file} was built against it."
    else:
        library, told = platform.libc_ver()
        parts = told.split(".")
        if library != "glibc" or len(parts) < 2 or not (parts[0].isdigit() and parts[1].isdigit()):
            return
        version, why = (int(parts[0]), int(parts[1])), "That is this machine's; the build says exactly."
        if version <= OLD_ENOUGH:
            return
    number = ".".join(str(part) for part in version)
    yield Notice(
        f"Friends need glibc {number} or newer" if bundle else f"Friends may need glibc {number} or newer",
        f"{why} {_systems(version)}",
        "Build on the oldest system that your friends use.",
    )


def systems_with(version: elf.Version) -> str:
    """Name the oldest systems that have a version of glibc, or nothing where only the newest have it."""
    return next((names for known, names in SYSTEMS if version <= known), "")


def _systems(version: elf.Version) -> str:
    names = systems_with(version)
    return f"Systems with it: {names}, and newer ones." if names else "Only the newest systems have it."
