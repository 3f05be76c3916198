"""The site layer of another platform: the project's distributions as that platform's wheels bring them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from launcher.errors import BuildError
from launcher.packager.across import fetching, refusing, wanting
from launcher.packager.audit import strays
from launcher.packager.audit.kinds import Kind, kind_of
from launcher.packager.plan import Plan
from launcher.packager.progress import Progress
from launcher.packager.site import NEEDED, Part, Site, laying, own, size_of
from launcher.project.environment import Distribution

ADDRESS = "direct_url.json"  # what an installer notes of what it took from elsewhere than an index


def site_for(plan: Plan, chosen: Site, progress: Progress) -> Site:
    """Return the distributions of `chosen` as they are on `plan.platform`, with what they need only there.

    Raises BuildError, naming each distribution that has no wheel for it and what can be done.
    """
    if plan.distribution is not None and not _is_pure(plan.distribution):
        raise BuildError(
            f"The app lives in {plan.distribution.name}, whose code was compiled for this machine.",
            f"Build it on {plan.platform.system}.",
        )
    wanted = wanting.of(plan, chosen)
    at_home = {part.distribution.key: part for part in chosen.parts}
    kept = {one.key: one for one in wanted.installed if _is_of_no_index(one, plan)}
    compiled = [one for one in kept.values() if not _is_pure(one)]
    app = [plan.distribution.key] if plan.distribution is not None else []
    elsewhere = [one.key for one in wanted.held if _is_of_no_index(one, plan)]
    order = fetching.Order(wanted.installed, wanted.absent, wanted.held).less([*elsewhere, *app])
    refused = [refusing.own_code(one) for one in compiled]
    got = fetching.fetch(order, plan, _is_pure, progress, refused=refused)
    from_home = [one for one in wanted.installed if one.key in kept or one.key in got.copied]
    askers = {one.name: one.wanted_by for one in wanted.absent}
    parts = [
        *(at_home.get(one.key) or Part(one, NEEDED, size_of(one)) for one in from_home),
        *(Part(one, _why(one, at_home, askers, plan), size_of(one)) for one in got.distributions),
    ]
    _refuse_foreign(parts, (loose.source for loose in chosen.loose), plan)
    ordered = tuple(sorted(parts, key=lambda part: part.distribution.key))
    return replace(chosen, parts=ordered, homes=plan.interpreter.purelibs)


def _why(one: Distribution, at_home: dict[str, Part], askers: dict[str, str], plan: Plan) -> str:
    if one.key in at_home:
        return at_home[one.key].why
    asker = askers.get(one.key)
    return f"needed on {plan.platform.system}{f' by {asker}' if asker else ''}"


def _is_of_no_index(one: Distribution, plan: Plan) -> bool:
    """Tell whether a distribution is the project, or of a folder, a repository or an address of its own."""
    return one.editable is not None or (one.metadata / ADDRESS).is_file() or own.is_own(one, plan)


def _is_pure(one: Distribution) -> bool:
    """Tell whether a distribution is the same everywhere: nothing in it was compiled for a machine."""
    places = [one.root / name for name in one.files]
    if one.editable is not None:
        places += [file for source in laying.additions(one).values() for file in _below(source)]
    return not any(kind_of(place) for place in places)


def _below(source: Path) -> Iterable[Path]:
    return source.rglob("*") if source.is_dir() else [source]


def _refuse_foreign(parts: Iterable[Part], loose: Iterable[Path], plan: Plan) -> None:
    """Refuse a binary that is not for the platform: whatever brought it, it could not be loaded there."""
    wrong: list[str] = []
    for part in parts:
        one = part.distribution
        found = {name: kind for name in one.files if (kind := _foreign(one.root / name, name, plan))}
        if found and not strays.is_for_any(one.metadata):
            whose = f"{one.name} {one.version}"
            wrong += [f"{name} of {whose} is for {kind.told}" for name, kind in found.items()]
    for source in loose:
        for file in _below(source):
            if kind := _foreign(file, file.name, plan):
                wrong.append(f"{file} is for {kind.told}")
    if wrong:
        raise strays.refusal(wrong, plan.platform)


def _foreign(file: Path, name: str, plan: Plan) -> Kind | None:
    kind = kind_of(file)
    return kind if kind is not None and strays.is_stray(name, kind, plan.platform) else None
