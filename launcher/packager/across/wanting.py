"""What a project needs on another platform: its own distributions of there, each at the version of home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from launcher.packager.plan import Plan
from launcher.packager.platforms import LINUX, MACOS, WINDOWS, Platform
from launcher.packager.site import NEEDED, Site, own
from launcher.project import environment
from launcher.project.environment import Declared, Distribution, Missing

DECLARED = "declared"  # how the reason of a part begins that the project asks for
SEEN = "imported while"
# What the "environment markers" of requirements ask about a system. The others follow from the Python.
NAMES = ("os_name", "sys_platform", "platform_system", "platform_release")
MARKERS = {
    WINDOWS: ("nt", "win32", "Windows", "10"),
    MACOS: ("posix", "darwin", "Darwin", "22.0"),
    LINUX: ("posix", "linux", "Linux", "5.10"),
}
MACHINES = {(WINDOWS, "x86_64"): "AMD64"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is needed there: of what is installed at home, and of what is not.

    `held` are all that home has: whatever else is needed goes with these.
    """

    installed: tuple[Distribution, ...]
    absent: tuple[Missing, ...]
    held: tuple[Distribution, ...]


def markers_of(platform: Platform, home: Mapping[str, str]) -> dict[str, str]:
    """Return the markers of a platform for the Python that has those of `home`."""
    machine = MACHINES.get((platform.system, platform.machine), platform.machine)
    told = dict(zip(NAMES, MARKERS[platform.system], strict=True))
    return {**home, **told, "platform_machine": machine, "platform_version": ""}


def of(plan: Plan, chosen: Site) -> Wanted:
    """Follow what the project asks for with the markers of `plan.platform`."""
    markers = markers_of(plan.platform, plan.interpreter.markers)
    installed = environment.distributions(replace(plan.interpreter, markers=markers))
    held = tuple(own.less(one, plan) for one in installed)
    there = environment.requirements(plan.root, markers=markers)
    here = environment.requirements(plan.root, markers=plan.interpreter.markers)
    roots = _roots(plan, chosen, there, here)
    # What is not even at home is missing in the program for home as well, which was said.
    lacks = {one.name for one in environment.missing(roots, plan.installed)}
    lacks -= {one.name for one in there} - {one.name for one in here}
    texts = {one.name: one.text for one in there}
    absent = tuple(
        replace(one, text=texts.get(one.name, one.text))
        for one in environment.missing(roots, held)
        if one.name not in lacks
    )
    app = plan.distribution.key if plan.distribution is not None else None
    found = environment.closure(roots, held)
    return Wanted(tuple(one for one in found if one.key != app), absent, held)


def _roots(plan: Plan, chosen: Site, there: tuple[Declared, ...], here: tuple[Declared, ...]) -> list[str]:
    """Return what is needed by itself: declared for there, imported, started, or the app.

    What only the rehearsal saw is needed by itself where nothing else at home needs it: of two modules
    that a distribution chooses from by the system, home imports its own.
    """
    elsewhere = {one.name for one in environment.requirements(plan.root)} - {one.name for one in there}
    whys = {part.distribution.key: part.why for part in chosen.parts}
    strong = [key for key, why in whys.items() if not why.startswith((NEEDED, DECLARED, SEEN))]
    strong += [plan.distribution.key] if plan.distribution is not None else []
    known = _closure([*(one.root for one in here), *strong], plan)
    seen = [key for key, why in whys.items() if why.startswith(SEEN) and key not in known | elsewhere]
    needs = {each.name for part in chosen.parts for each in part.distribution.requires}
    first = [key for key in seen if key not in needs]
    in_circles = sorted(set(seen) - _closure(first, plan))
    strong = [key for key in strong if key not in elsewhere]
    return [*(one.root for one in there), *strong, *first, *in_circles]


def _closure(roots: list[str], plan: Plan) -> set[str]:
    return {one.key for one in environment.closure(roots, plan.installed)}
