"""What is installed for an interpreter, learned by reading files and running nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from email.parser import HeaderParser
from pathlib import Path

from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Parsed
from packaging.utils import canonicalize_name

from launcher.project import installed_files
from launcher.project.editable import in_folder, lines_of
from launcher.project.interpreter import Interpreter


@dataclass(frozen=True, slots=True)
class Requirement:
    """One distribution that another needs; `name` is in its canonical form."""

    name: str
    extras: tuple[str, ...]
    specifier: str
    text: str


@dataclass(frozen=True, slots=True)
class Distribution:
    """An installed distribution.

    `files` are relative to `root`, POSIX, without bytecode; `outside` lie elsewhere (commands).
    `requires` holds for this interpreter, `optional` adds what each extra needs.
    `broken` says what is wrong with it, or is empty.
    """

    name: str
    version: str
    root: Path
    metadata: Path
    files: tuple[str, ...]
    outside: tuple[str, ...]
    modules: tuple[str, ...]
    requires: tuple[Requirement, ...]
    optional: Mapping[str, tuple[Requirement, ...]] = field(hash=False)
    editable: Path | None = None
    broken: str = ""

    @property
    def key(self) -> str:
        """Return the canonical name."""
        return str(canonicalize_name(self.name))


def distributions(interpreter: Interpreter) -> tuple[Distribution, ...]:
    """Return what is installed for the interpreter, by name; of two copies the first counts."""
    found: dict[str, Distribution] = {}
    for root in interpreter.purelibs:
        here: dict[str, Distribution] = {}
        for place in _metadata_places(root):
            distribution = _read(root, place, interpreter.markers)
            twin = here.get(distribution.key)
            here[distribution.key] = _newest(twin, distribution) if twin else distribution
        for key, distribution in here.items():
            found.setdefault(key, distribution)
    return tuple(found[key] for key in sorted(found))


def parse(text: str) -> Requirement | None:
    """Read one requirement; markers are not evaluated, a text that is none gives None."""
    try:
        return _requirement(Parsed(text))
    except (InvalidRequirement, RecursionError):  # the latter of thousands of brackets
        # Distributions of before the standard exist; their name is all that matters here.
        name = r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?=[\s<>=!~(;\[]|$)"
        loose = re.match(name, text)
        return Requirement(str(canonicalize_name(loose[1])), (), "", text) if loose else None


def _metadata_places(root: Path) -> list[Path]:
    try:
        with os.scandir(root) as entries:
            names = sorted(entry.name for entry in entries)
    except OSError:
        return []
    # pip renames what it is about to remove to ~name; a crash leaves it there.
    wanted = (".dist-info", ".egg-info", ".egg-link")
    return [root / name for name in names if name.endswith(wanted) and name[0] != "~"]


def _read(root: Path, place: Path, markers: Mapping[str, str]) -> Distribution:
    editable = installed_files.editable_location(root, place)
    if place.suffix == ".egg-link":
        place = _linked_metadata(place, editable)
    name, _, version = place.stem.partition("-")
    fields, broken = _fields(place)
    name = fields.get("name", [name])[0]
    # An .egg-info folder's name goes on after the version: -py3.11.
    version = fields.get("version", [version.split("-")[0]])[0]
    files = installed_files.listing(root, place, canonical=str(canonicalize_name(name)))
    required = fields.get("requires-dist", []) or installed_files.egg_requirements(place)
    modules = {*installed_files.top_level(place, files.inside, editable), *_by_paths(root, files.inside)}
    requires, optional = _requirements(required, fields.get("provides-extra", []), markers)
    return Distribution(
        name=name,
        version=version,
        root=root,
        metadata=place,
        files=files.inside,
        outside=files.outside,
        modules=tuple(sorted(modules)),
        requires=requires,
        optional=optional,
        editable=editable,
        broken=broken or files.problem,
    )


def _by_paths(root: Path, files: tuple[str, ...]) -> set[str]:
    """Return the names in folders that a distribution's own .pth files put on the import path."""
    found: set[str] = set()
    for hook in (name for name in files if name.endswith(".pth") and "/" not in name):
        for line in lines_of(root / hook):
            folder = Path(os.path.normpath(root / line))
            if not line.startswith(("import ", "import\t")) and folder.is_dir():
                found |= {name.partition(".")[0] for name in in_folder(folder)}
    return found


def _linked_metadata(link: Path, source: Path | None) -> Path:
    if source is not None:
        for place in sorted(source.glob("*.egg-info")):
            return place
    return link


def _fields(place: Path) -> tuple[dict[str, list[str]], str]:
    file = place / ("METADATA" if place.suffix == ".dist-info" else "PKG-INFO")
    if place.suffix == ".egg-info" and place.is_file():
        file = place  # distutils wrote a single file
    try:
        text = file.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        return {}, f"its {file.name} cannot be read ({error.strerror})"
    # The description after the first empty line can be long and is of no use here.
    head = re.split(r"\r?\n\r?\n", text, maxsplit=1)[0]
    fields: dict[str, list[str]] = {}
    for key, value in HeaderParser().parsestr(head, headersonly=True).items():
        fields.setdefault(key.lower(), []).append(str(value).strip())
    if not (fields.get("name") and fields.get("version")):
        return fields, f"its {file.name} has no name and version"
    return fields, ""


def _requirements(
    texts: Iterable[str], extras: Iterable[str], markers: Mapping[str, str]
) -> tuple[tuple[Requirement, ...], dict[str, tuple[Requirement, ...]]]:
    always: list[Requirement] = []
    marked: list[Parsed] = []
    for text in texts:
        try:
            parsed = Parsed(text)
        except (InvalidRequirement, RecursionError):
            if loose := parse(text):
                always.append(loose)
            continue
        if holds(parsed, markers):
            always.append(_requirement(parsed))
        else:
            marked.append(parsed)
    # Metadata made from an .egg-info names extras only where they are used.
    used = re.findall(r"""extra\s*==\s*['"]([^'"]+)""", " ".join(str(one.marker) for one in marked))
    names = sorted({str(canonicalize_name(extra)) for extra in [*extras, *used]})
    optional = {
        extra: tuple(_requirement(one) for one in marked if holds(one, markers, extra=extra))
        for extra in names
    }
    return tuple(always), optional


def holds(parsed: Parsed, markers: Mapping[str, str], *, extra: str = "") -> bool:
    """Tell whether the requirement's marker is true in the environment that is described."""
    if parsed.marker is None:
        return True
    try:
        return parsed.marker.evaluate({**markers, "extra": extra})
    except (UndefinedComparison, UndefinedEnvironmentName):
        return False


def _requirement(parsed: Parsed) -> Requirement:
    return Requirement(
        name=str(canonicalize_name(parsed.name)),
        extras=tuple(sorted(str(canonicalize_name(extra)) for extra in parsed.extras)),
        specifier=str(parsed.specifier),
        text=str(parsed),
    )


def _newest(one: Distribution, other: Distribution) -> Distribution:
    whole = [each for each in (one, other) if not each.broken]
    if len(whole) == 1 and one.version == other.version:
        return whole[0]
    chosen = whole[-1] if whole else other
    return replace(
        chosen,
        broken=f"it is installed twice, as {one.version} and {other.version}"
        if one.version != other.version
        else chosen.broken,
    )
