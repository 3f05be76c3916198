"""Distributions that cannot be had for another platform: all of them named at once, with what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from launcher.errors import BuildError
from launcher.packager.plan import Plan
from launcher.packager.platforms import LINUX, MACOS, WINDOWS
from launcher.project.environment import Distribution

# What keeps a requirement from a system.
MARKERS = {
    WINDOWS: 'sys_platform != "win32"',
    MACOS: 'sys_platform != "darwin"',
    LINUX: 'sys_platform != "linux"',
}
WHEELS, VERSIONS = ("no usable wheels", "no wheels"), ("no version of", "not found in")


@dataclass(frozen=True, slots=True)
class Refused:
    """A distribution, by name and version, and why it cannot be had."""

    name: str
    version: str
    why: str


def own_code(one: Distribution) -> Refused:
    """Refuse what is of no index and was compiled at home."""
    return Refused(
        one.name, one.version, "it was installed from a folder or an address, and compiled for this machine"
    )


def by_index(name: str, version: str, said: str, newest: str) -> Refused:
    """Refuse what the index does not have, by uv's words; `newest` is another version that it has."""
    words = " ".join(said.split())
    if any(part in words for part in WHEELS):
        why = f"this version has no wheel for it; {newest} has" if newest else "no version has a wheel for it"
        return Refused(name, version, why)
    if any(part in words for part in VERSIONS):
        found = f"; {newest} has a wheel for it" if newest else ""
        return Refused(name, version, f"no index that was asked has this version{found}")
    return Refused(name, version, words.partition("cause: ")[2].partition(" hint: ")[0] or words)


def refuse(several: Sequence[Refused], plan: Plan) -> BuildError:
    """Return the error that names them all."""
    platform, python = plan.platform, ".".join(map(str, plan.interpreter.version[:2]))
    lines = [f"  {one.name} {one.version}: {one.why}".replace(" :", ":") for one in several]
    count = "A distribution" if len(several) == 1 else f"{len(several)} distributions"
    name = several[0].name.lower()
    return BuildError(
        f"{count} of the project cannot be had for {platform.tag} and Python {python}:\n" + "\n".join(lines),
        "Take a version that has a wheel; or, where the app works without, leave it out there by a marker in "
        f"the requirements: {name}; {MARKERS[platform.system]}; or build on that system: "
        "`launcher ci github` writes a workflow that does.",
    )
