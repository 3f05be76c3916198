"""Fetching distributions for another platform, once: an environment of theirs in the cache."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from launcher import paths
from launcher.errors import BuildError
from launcher.packager import uniform
from launcher.packager.across import indexes, refusing, wanting, wheels
from launcher.packager.across.refusing import Refused
from launcher.packager.across.wheels import Asking
from launcher.packager.plan import Plan
from launcher.packager.player import locked
from launcher.packager.progress import Progress
from launcher.project import environment
from launcher.project.environment import Distribution, Missing

FORMAT = 1  # of what is kept
NOTE = "copied.json"  # names of those that come from home, for no index has a wheel of them
# What uv says when it was told, and there is none; and when it was told not to ask.
UNSOLVED, OFFLINE = "No solution found", "network was disabled"
MOST = 24  # environments; those that were not used for longest go
AT_ONCE = 4  # questions to the index
YEARS = 1 << 29  # seconds; some seventeen years


@dataclass(frozen=True, slots=True)
class Order:
    """What is fetched: distributions of home at their versions, and others by what is required of them.

    `left_out` are names that are not fetched, whatever needs them; `held` the versions that all go with.
    """

    pinned: tuple[Distribution, ...]
    others: tuple[Missing, ...]
    held: tuple[Distribution, ...]
    left_out: frozenset[str] = frozenset()

    def less(self, names: Iterable[str]) -> Order:
        """Leave some out."""
        gone = self.left_out.union(names)
        pinned = tuple(one for one in self.pinned if one.key not in gone)
        return replace(self, pinned=pinned, left_out=gone)

    def requirements(self) -> list[str]:
        """Return the lines that ask for all of it."""
        return sorted([*map(_pin, self.pinned), *(one.text for one in self.others)])

    def versions(self) -> list[str]:
        """Return the lines that hold whatever else is needed to the versions of home."""
        return sorted(_pin(one) for one in self.held if one.key not in self.left_out)

    def nothing(self) -> list[str]:
        """Return the lines that keep away what is left out: by a marker that is never true."""
        return sorted(f'{name} ; python_version < "0"' for name in self.left_out)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was fetched, and the names of what no index has a wheel of, which is the same everywhere."""

    distributions: tuple[Distribution, ...]
    copied: frozenset[str]


def fetch(
    order: Order,
    plan: Plan,
    is_pure: Callable[[Distribution], bool],
    progress: Progress,
    *,
    refused: Sequence[Refused] = (),
) -> Fetched:
    """Fetch what is ordered, or take it from the cache.

    `is_pure` tells which distributions can be copied from home instead. Raises BuildError that names all
    that cannot be had, with those that were `refused` before.
    """
    asking = Asking(plan.root, plan.interpreter.path, indexes.settings(plan.root, plan.interpreter))
    key = hashlib.sha256(
        json.dumps(
            [
                *(FORMAT, plan.platform.tag, plan.interpreter.version[:2]),
                *(order.requirements(), order.versions(), order.nothing()),
            ]
        ).encode()
    ).hexdigest()[:16]
    place = paths.cache_folder() / "wheels" / f"{plan.platform.tag}-{key}"
    fetching = _Fetching(order, plan, asking, place, progress)
    if refused:
        raise refusing.refuse([*refused, *fetching.sorted_out(is_pure)[1]], plan)
    with locked(place):
        if not (place / NOTE).is_file():
            copied = fetching.run(is_pure)
            _settle(_read(place, plan), place)
            (place / NOTE).write_text(json.dumps(sorted(copied)), encoding="utf-8")
        _tidy(place)
    return Fetched(_read(place, plan), frozenset(json.loads((place / NOTE).read_text(encoding="utf-8"))))


@dataclass(frozen=True, slots=True)
class _Fetching:
    order: Order
    plan: Plan
    asking: Asking
    place: Path
    progress: Progress

    def run(self, is_pure: Callable[[Distribution], bool]) -> set[str]:
        """Fetch it; return the names of what comes from home instead."""
        try:
            self._install(self.order, Progress(lambda event: None))  # what goes wrong is told below
        except BuildError as error:
            fetching = self
            copied, serious = self.sorted_out(is_pure)
            platform = self.plan.platform
            if serious and (platform.system, platform.machine) in wheels.NEWEST:
                fetching = replace(self, asking=replace(self.asking, newest=True))
                copied, serious = fetching.sorted_out(is_pure)
            if serious:
                raise refusing.refuse(serious, self.plan) from error
            fetching._install_somehow(self.order.less(copied))
            return copied
        return set()

    def sorted_out(self, is_pure: Callable[[Distribution], bool]) -> tuple[set[str], list[Refused]]:
        """Ask for each alone; return the names of those to copy from home, and those that cannot be had."""
        refused = self._refused()
        pinned = {one.key: one for one in self.order.pinned}
        copied = {name for name in refused if name in pinned and is_pure(pinned[name])}
        return copied, [one for name, one in refused.items() if name not in copied]

    def _install_somehow(self, order: Order) -> None:
        """Install with what is required of each other, or, where home itself does not keep to it, without."""
        try:
            self._install(order, self.progress)
        except BuildError:
            self._install(order, self.progress, forced=True)

    def _install(self, order: Order, progress: Progress, *, forced: bool = False) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            files = {}
            over = [*order.nothing(), *(order.versions() if forced else ())]
            held = [] if forced else order.versions()
            for name, lines in (("wanted", order.requirements()), ("held", held), ("over", over)):
                files[name] = Path(scratch) / f"{name}.txt"
                files[name].write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            words = ("-r", files["wanted"], "-c", files["held"], "--override", files["over"])
            version = self.plan.interpreter.version[:2]
            wheels.install(self.place, words, self.plan.platform, version, progress, asking=self.asking)

    def _refused(self) -> dict[str, Refused]:
        """Ask for each by itself; return those that cannot be had, by name."""
        wanted = {one.key: (one.name, one.version, _pin(one)) for one in self.order.pinned}
        wanted.update({one.name: (one.name, "", one.text) for one in self.order.others})
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = pool.map(lambda one: self._why_not(*one), wanted.values())
            return {name: why for name, why in zip(wanted, answers, strict=True) if why is not None}

    def _why_not(self, name: str, version: str, requirement: str) -> Refused | None:
        found, said = self._ask(requirement)
        if found:
            return None
        if UNSOLVED not in said or OFFLINE in said:  # no answer at all
            raise BuildError(f"uv could not ask for {name}:\n{said}", wheels.NOT_FETCHED)
        return refusing.by_index(name, version, said, self._ask(name)[0])

    def _ask(self, requirement: str) -> tuple[str, str]:
        version = self.plan.interpreter.version[:2]
        return wheels.resolve(requirement, self.plan.platform, version, self.asking)


def _pin(one: Distribution) -> str:
    return f"{one.key}=={one.version}"


def _read(place: Path, plan: Plan) -> tuple[Distribution, ...]:
    """Read what lies in a fetched environment."""
    sites = (*place.glob("lib/python3*/site-packages"), *place.glob("Lib/site-packages"))
    markers = wanting.markers_of(plan.platform, plan.interpreter.markers)
    return environment.distributions(replace(plan.interpreter, purelibs=sites, markers=markers))


def _settle(distributions: Sequence[Distribution], place: Path) -> None:
    """Give files the same times and records, whenever and with whichever Python they are fetched.

    A time that belongs to the version: browsers ask by it whether a file is another one than before. And
    of commands, which are made anew for each program, the record keeps no digest.
    """
    for one in distributions:
        record = one.metadata / "RECORD"
        rows = list(csv.reader(record.read_text(encoding="utf-8").splitlines()))
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(
            [row[0], "", ""] if row[0].startswith("../") else row for row in rows
        )
        record.write_text(text.getvalue(), encoding="utf-8", newline="")
        moment = uniform.OLDEST + zlib.crc32(_pin(one).encode()) % YEARS
        for name in (*one.files, *one.outside):
            if (one.root / name).exists():
                os.utime(one.root / name, (moment, moment))


def _tidy(used: Path) -> None:
    """Drop the environments that were not used for longest."""
    with suppress(OSError):
        os.utime(used)
        kept = sorted(used.parent.glob(f"*/{NOTE}"), key=lambda note: note.parent.stat().st_mtime)
        for note in kept[:-MOST]:
            shutil.rmtree(note.parent, ignore_errors=True)
