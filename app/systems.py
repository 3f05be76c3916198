"""The systems that a project can be built for, and what is handed over on each."""

from __future__ import annotations

import platform
import sys
from collections.abc import Collection
from dataclasses import dataclass

HERE, ALL = "here", "all"  # in the form: this machine, and everything


@dataclass(frozen=True, slots=True)
class System:
    """A system to build for: the launcher's name of it, and what people call it."""

    target: str
    name: str
    more: str
    file: str  # the format of the one file that a friend is sent
    installer: str  # the format of what installs it there


SYSTEMS = (
    System("windows-x86_64", "Windows", "", "zip", "setup"),
    System("macos-arm64", "Mac", "with an Apple chip", "zip", ""),
    System("macos-x86_64", "Mac", "with an Intel processor", "zip", ""),
    System("linux-x86_64", "Linux", "", "tar.gz", "deb"),
)


def here() -> System:
    """Return the system of this machine, also where it is none of the usual ones."""
    system = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
    machine = platform.machine().lower()
    target = f"{system}-{'x86_64' if machine == 'amd64' else machine}"
    like = next(one for one in SYSTEMS if one.target.startswith(f"{system}-"))
    return next(
        (one for one in SYSTEMS if one.target == target),
        System(target, like.name, f"on {machine}", like.file, like.installer),
    )


def others() -> tuple[System, ...]:
    """Return the systems that this machine is none of."""
    return tuple(one for one in SYSTEMS if one.target != here().target)


def chosen(names: Collection[str]) -> tuple[System, ...]:
    """Return the systems that a form names, this machine's first; it alone where it names none."""
    own = here()
    if ALL in names:
        return (own, *others())
    found = [one for one in others() if one.target in names]
    return (own, *found) if HERE in names or not found else tuple(found)


def formats_of(systems: Collection[System], *, to_send: bool, installers: bool) -> tuple[str, ...]:
    """Return what is made on these systems: a folder to start here, and what friends are sent.

    What is built for another system is for sending, whatever was said.
    """
    own = here()
    wanted = ["folder"] if own in systems else []
    for one in systems:
        wanted += [one.file] if to_send or one != own else []
        wanted += [one.installer] if installers and one.installer else []
    return tuple(dict.fromkeys(wanted))
