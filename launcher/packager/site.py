"""The site layer: the project's third-party distributions, whole, as their wheels installed them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from launcher import host
from launcher.errors import BuildError, InterpreterError
from launcher.packager.plan import Plan
from launcher.packager.pruning import Dropped
from launcher.project import environment
from launcher.project.environment import Distribution
from launcher.project.scan import scan
from launcher.project.source import Import

# Installers, in every environment; they travel only where something asks for them.
INSTALLERS = frozenset(("pip", "setuptools", "wheel", "uv"))


@dataclass(frozen=True, slots=True)
class Part:
    """A distribution of the site layer, why it is there, and its size in bytes."""

    distribution: Distribution
    why: str
    size: int


@dataclass(frozen=True, slots=True)
class Site:
    """The site layer; `missing` are imports that no installed distribution provides."""

    parts: tuple[Part, ...]
    missing: tuple[Import, ...]
    undeclared: tuple[tuple[Distribution, Import], ...]

    @property
    def size(self) -> int:
        """Return the bytes of all parts."""
        return sum(part.size for part in self.parts)


def choose(plan: Plan, modules: Iterable[str] = ()) -> Site:
    """Choose the distributions: declared, imported, seen (`modules` are files), and what those need.

    Raises InterpreterError for one that is needed and broken.
    """
    choice = _Choice(plan)
    choice.take_declared()
    choice.take_imported()
    choice.take_seen(modules)
    closed = environment.closure(choice.roots, plan.installed)
    parts = tuple(
        Part(one, choice.why.get(one.key, "needed by another"), _size(one))
        # By name: the layer, and so the cache, do not depend on the order of the app's imports.
        for one in sorted(closed, key=lambda one: one.key)
        if not _is_app(one, plan)
    )
    _refuse_broken(parts)
    return Site(parts, tuple(choice.missing), tuple(choice.undeclared))


class _Choice:
    """The distributions that something asks for by itself, and what asked first."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.roots: list[str] = []
        self.why: dict[str, str] = {}
        self.missing: list[Import] = []
        self.undeclared: list[tuple[Distribution, Import]] = []

    def take_declared(self) -> None:
        installed = {distribution.key for distribution in self.plan.installed}
        for one in environment.requirements(self.plan.root, markers=self.plan.interpreter.markers):
            if one.name in installed:
                self.roots.append(one.root)
                self.why.setdefault(one.name, f"declared in {one.file}")
        if self.plan.distribution is not None:
            self._take(self.plan.distribution, "the app itself")

    def take_imported(self) -> None:
        if self.plan.distribution is not None:
            return  # its own metadata says what it needs
        declared = {found.key for found in environment.closure(self.roots, self.plan.installed)}
        owned = environment.owners(self.plan.installed)
        for one in scan(self.plan.root).foreign():
            providers = environment.providers(_dotted(one), owned)
            if not providers and not one.optional:
                self.missing.append(one)
            for distribution in providers:
                fresh = self._take(distribution, f"imported in {one.file}, line {one.line}")
                if fresh and distribution.key not in declared and not one.optional:
                    self.undeclared.append((distribution, one))

    def take_seen(self, modules: Iterable[str]) -> None:
        for distribution in _owners_of(modules, self.plan.installed):
            if distribution.key not in INSTALLERS:
                self._take(distribution, "imported while the app ran")

    def _take(self, distribution: Distribution, why: str) -> bool:
        if distribution.key in self.why:
            return False
        self.roots.append(distribution.key)
        self.why[distribution.key] = why
        return True


def lay(site: Site, place: Path, project: Path, *, dropped: Iterable[Dropped] = ()) -> None:
    """Copy the distributions to `place`, side by side as in one site-packages."""
    place.mkdir(parents=True, exist_ok=True)
    behind = {(one.distribution, one.path) for one in dropped}
    for part in site.parts:
        distribution = part.distribution
        for name in distribution.files:
            if (distribution.name, name) not in behind:
                _copy(distribution.root / name, place / name, distribution)
        for name in distribution.outside:
            _copy_command(distribution.root / name, place)
        if distribution.editable is not None and not distribution.editable.is_relative_to(project):
            _copy_editable(distribution, place)


def modules_of(part: Part, place: Path, dropped: Iterable[Dropped]) -> list[Path]:
    """List the Python files that `lay` laid at `place` for one distribution."""
    one = part.distribution
    behind = {gone.path for gone in dropped if gone.distribution == one.name}
    modules = {place / name for name in one.files if name.endswith(".py") and name not in behind}
    if one.editable is not None:
        for module in one.modules:
            modules.update((place / module).rglob("*.py"))
            modules.update([place / f"{module}.py"] if (place / f"{module}.py").is_file() else [])
    return sorted(modules)


def _dotted(one: Import) -> str:
    return f"{one.module}.{one.name}" if one.name and one.name != "*" else one.module


def _is_app(distribution: Distribution, plan: Plan) -> bool:
    return plan.distribution is not None and distribution.key == plan.distribution.key


def _owners_of(modules: Iterable[str], installed: tuple[Distribution, ...]) -> list[Distribution]:
    owner = {
        str(one.root / name): one
        for one in installed
        for name in one.files
        if not name.endswith(".dist-info")
    }
    found: dict[str, Distribution] = {}
    for file in modules:
        one = owner.get(file)
        if one is not None:
            found.setdefault(one.key, one)
    return list(found.values())


def _size(distribution: Distribution) -> int:
    total = 0
    for name in distribution.files:
        try:
            total += (distribution.root / name).stat().st_size
        except OSError:
            continue
    return total


def _refuse_broken(parts: tuple[Part, ...]) -> None:
    for part in parts:
        if part.distribution.broken:
            name = part.distribution.name
            raise InterpreterError(
                f"{name} is damaged in the project's environment: {part.distribution.broken}.",
                f"Install it again: pip install --force-reinstall {name}",
            )


def _copy(source: Path, target: Path, distribution: Distribution) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copy2(source, target)
    except FileNotFoundError as error:
        raise BuildError(
            f"{distribution.name} lists {error.filename}, which is not there.",
            f"Install it again: pip install --force-reinstall {distribution.name}",
        ) from error


def _copy_command(source: Path, place: Path) -> None:
    """Copy a binary that a wheel installed as a command to where `pip install --target` puts it.

    Scripts are left: their first line names an interpreter of this machine.
    """
    if source.parent.name not in ("bin", "Scripts") or not source.is_file():
        return
    with source.open("rb") as file:
        if file.read(2) == b"#!" or (host.WINDOWS and _is_script_shim(source)):
            return
    target = place / "bin" / source.name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)


def _is_script_shim(source: Path) -> bool:
    """Tell a command that pip made from an entry point: a small program with the script behind it."""
    return source.stat().st_size < 200_000 and b"#!" in source.read_bytes()


def _copy_editable(distribution: Distribution, place: Path) -> None:
    """Copy the modules of an editable installation from where they are being worked on."""
    assert distribution.editable is not None
    for module in distribution.modules:
        for root in (distribution.editable, distribution.editable / "src"):
            if (root / module).is_dir():
                shutil.copytree(root / module, place / module, dirs_exist_ok=True, ignore=_ignore)
            elif (root / f"{module}.py").is_file():
                shutil.copy2(root / f"{module}.py", place / f"{module}.py")


def _ignore(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name == "__pycache__" or name.endswith(".pyc")]
