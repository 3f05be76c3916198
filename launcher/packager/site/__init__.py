"""The site layer: the project's third-party distributions, whole, as their wheels installed them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from launcher.errors import InterpreterError
from launcher.packager.plan import Plan
from launcher.packager.site import laying, own
from launcher.packager.site.pruning import Dropped
from launcher.project import beside, environment
from launcher.project.environment import Distribution
from launcher.project.scan import scan
from launcher.project.source import Import

NEEDED = "needed by another"
# In every environment; they travel only where something asks for them.
INSTALLERS = frozenset(("pip", "setuptools", "wheel", "uv"))


@dataclass(frozen=True, slots=True)
class Part:
    """A distribution of the site layer, why it is there, and its size in bytes."""

    distribution: Distribution
    why: str
    size: int


@dataclass(frozen=True, slots=True)
class Loose:
    """A module that belongs to no distribution: a folder named in a .pth file makes it importable."""

    source: Path
    why: str


@dataclass(frozen=True, slots=True)
class Site:
    """The site layer; `missing` are imports that no installed distribution provides.

    `homes` are the folders in which the rehearsal saw the distributions, where they are others than those
    that are laid.
    """

    parts: tuple[Part, ...]
    missing: tuple[Import, ...]
    undeclared: tuple[tuple[Distribution, Import], ...]
    loose: tuple[Loose, ...] = ()
    homes: tuple[Path, ...] = ()

    @property
    def size(self) -> int:
        """Return the bytes of all parts."""
        return sum(part.size for part in self.parts)


def choose(plan: Plan, modules: Iterable[str] = (), commands: Iterable[str] = ()) -> Site:
    """Choose the distributions: declared, imported, seen, and what those need.

    `modules` are files that were imported, `commands` names of programs that were started.
    Raises InterpreterError for one that is needed and broken.
    """
    plan = replace(plan, installed=tuple(own.less(one, plan) for one in plan.installed))
    choice = _Choice(plan)
    choice.take_declared()
    choice.take_imported()
    choice.take_seen(modules)
    choice.take_started(frozenset(commands))
    closed = environment.closure(choice.roots, plan.installed)
    parts = tuple(
        Part(one, choice.why.get(one.key, NEEDED), size_of(one))
        # By name: the layer, and so the cache, do not depend on the order of the app's imports.
        for one in sorted(closed, key=lambda one: one.key)
        if not own.is_app(one, plan)
    )
    _refuse_broken(parts)
    return Site(parts, tuple(choice.missing), tuple(choice.undeclared), tuple(choice.loose.values()))


class _Choice:
    """The distributions that something asks for by itself, and what asked first."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.roots: list[str] = []
        self.why: dict[str, str] = {}
        self.missing: list[Import] = []
        self.undeclared: list[tuple[Distribution, Import]] = []
        self.loose: dict[str, Loose] = {}
        self._unneeded = [name.lower().replace("_", "-") for name in plan.config.files.unneeded]
        self._beside = beside.modules(plan.interpreter.purelibs, plan.installed)

    def take_declared(self) -> None:
        installed = {distribution.key for distribution in self.plan.installed}
        for one in environment.requirements(self.plan.root, markers=self.plan.interpreter.markers):
            if one.name in installed:
                self.roots.append(one.root)
                self.why.setdefault(one.name, f"declared in {one.file}")
        if self.plan.distribution is not None:
            self._take(self.plan.distribution, "the app itself")
        for distribution in self.plan.installed:
            if own.is_own(distribution, self.plan) and not distribution.broken:
                self._take(distribution, "the project itself")

    def take_imported(self) -> None:
        if self.plan.distribution is not None:
            return  # its own metadata says what it needs
        declared = {found.key for found in environment.closure(self.roots, self.plan.installed)}
        owned = environment.owners(self.plan.installed)
        for one in scan(self.plan.root).foreign():
            providers = environment.providers(_dotted(one), owned)
            if not providers and not self._take_loose(one) and not one.optional:
                self.missing.append(one)
            for distribution in providers:
                if any(fnmatchcase(distribution.key, name) for name in self._unneeded):
                    continue
                fresh = self._take(distribution, f"imported in {one.file}, line {one.line}")
                if fresh and distribution.key not in declared and not one.optional:
                    self.undeclared.append((distribution, one))

    def take_seen(self, modules: Iterable[str]) -> None:
        files = tuple(modules)
        for distribution in _owners_of(files, self.plan.installed):
            if distribution.key not in INSTALLERS:
                self._take(distribution, "imported while the app ran")
        for name, sources in self._beside.items():
            if any(file.startswith(f"{source}{os.sep}") or file == str(source)
                   for source in sources for file in files):
                self._take_beside(name, "imported while the app ran")

    def take_started(self, commands: frozenset[str]) -> None:
        for distribution in self.plan.installed:
            for name in commands.intersection(laying.commands_of(distribution)):
                self._take(distribution, f"the app started {name}")

    def _take_loose(self, one: Import) -> bool:
        name = one.module.partition(".")[0]
        if name not in self._beside:
            return False
        self._take_beside(name, f"imported in {one.file}, line {one.line}")
        return True

    def _take_beside(self, name: str, why: str) -> None:
        for source in self._beside[name]:
            self.loose.setdefault(source.name, Loose(source, why))

    def _take(self, distribution: Distribution, why: str) -> bool:
        if distribution.key in self.why:
            return False
        self.roots.append(distribution.key)
        self.why[distribution.key] = why
        return True


def lay(site: Site, place: Path, plan: Plan, *, dropped: Iterable[Dropped] = ()) -> None:
    """Copy the distributions to `place`, side by side as in one site-packages."""
    place.mkdir(parents=True, exist_ok=True)
    behind = behind_of(dropped)
    folders = (plan.root, plan.root / plan.manifest.target.path)
    for part in site.parts:
        one = part.distribution
        laying.lay_files(one, behind.get(one.name, set()), place, plan.manifest.name, plan.platform)
        if one.editable is not None:
            laying.lay_editable(one, place, own=folders)
    for loose in site.loose:
        laying.lay_module(loose.source, place / loose.source.name)


def commands_of(site: Site) -> frozenset[str]:
    """Return the names of the commands that travel."""
    return frozenset(name for part in site.parts for name in laying.commands_of(part.distribution))


def behind_of(dropped: Iterable[Dropped]) -> dict[str, set[str]]:
    """Return the paths that stay behind, by distribution."""
    behind: dict[str, set[str]] = {}
    for one in dropped:
        behind.setdefault(one.distribution, set()).add(one.path)
    return behind


def modules_of(part: Part, place: Path, dropped: Iterable[Dropped]) -> list[Path]:
    """List the Python files that `lay` laid at `place` for one distribution."""
    one = part.distribution
    behind = behind_of(dropped).get(one.name, set())
    return sorted({path for path in laying.modules_of(one, behind, place) if path.is_file()})


def _dotted(one: Import) -> str:
    return f"{one.module}.{one.name}" if one.name and one.name != "*" else one.module


def _owners_of(modules: Iterable[str], installed: tuple[Distribution, ...]) -> list[Distribution]:
    owner = {
        str(one.root / name): one
        for one in installed
        for name in one.files
        if not name.endswith(".dist-info")
    }
    found: dict[str, Distribution] = {}
    for one in filter(None, map(owner.get, modules)):
        found.setdefault(one.key, one)
    return list(found.values())


def size_of(distribution: Distribution) -> int:
    """Return the bytes of a distribution's files."""
    total = 0
    for name in distribution.files:
        with suppress(OSError):
            total += (distribution.root / name).stat().st_size
    return total


def _refuse_broken(parts: tuple[Part, ...]) -> None:
    for part in parts:
        if part.distribution.broken:
            name = part.distribution.name
            raise InterpreterError(
                f"{name} is damaged in the project's environment: {part.distribution.broken}.",
                f"Install it again: pip install --force-reinstall {name}",
            )
