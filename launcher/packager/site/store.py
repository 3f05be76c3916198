"""Laying the site layer; what takes long for a distribution is done once and kept from build to build."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from launcher.packager import compiling, site
from launcher.packager.plan import Plan
from launcher.packager.site import Part, Site, evidence, laying, linking, pruning, sharing, shelf
from launcher.packager.site.evidence import Evidence
from launcher.packager.site.linking import Brought
from launcher.packager.site.pruning import Dropped
from launcher.packager.site.shelf import Kept

LAYER = "site"


@dataclass(frozen=True, slots=True)
class Laid:
    """A site layer that was laid: what stayed behind, and which distributions had to be compiled."""

    dropped: tuple[Dropped, ...]
    compiled: tuple[str, ...]
    brought: Brought = field(default_factory=Brought)
    shared: int = 0  # bytes that the player has already

    @property
    def cached(self) -> bool:
        """Tell whether everything was compiled at an earlier build."""
        return not self.compiled


@dataclass(frozen=True, slots=True)
class Seen:
    """What decides what stays behind: the files that the rehearsal read, and the app's own code.

    `read` are absolute paths, `code` are names and places of Python files.
    """

    read: frozenset[str] = frozenset()
    code: tuple[tuple[str, Path], ...] = ()


def lay(chosen: Site, plan: Plan, place: Path, *, seen: Seen, player: Path | None = None) -> Laid:
    """Lay the site layer at `place`: the distributions, less what stays behind, and their bytecode.

    Beside them come libraries of this machine that they link to and `player` does not have.
    """
    kept = {part.distribution.key: shelf.of(part, plan.interpreter) for part in chosen.parts}
    dropped = _dropped(chosen, seen, kept)
    site.lay(chosen, place, plan, dropped=dropped)
    compiled = _compile(chosen, plan, place, dropped, kept)
    distributions = tuple(part.distribution for part in chosen.parts)
    brought = linking.look(distributions, player, plan.platform)
    linking.lay(brought, place)
    shared = sharing.share(distributions, place, plan.platform)
    shelf.tidy()
    return Laid(dropped, compiled, brought, shared)


def _dropped(chosen: Site, seen: Seen, kept: Mapping[str, Kept]) -> tuple[Dropped, ...]:
    found = {part.distribution.key: pruning.candidates(part.distribution.files) for part in chosen.parts}
    headers = [one for part in chosen.parts for one in _headers(part, seen)]
    if not any(found.values()):
        return tuple(headers)
    compiles = any(part.distribution.key in pruning.COMPILE_AT_RUN_TIME for part in chosen.parts)
    own = {
        part.distribution.key: _evidence(part, found[part.distribution.key], kept[part.distribution.key])
        for part in chosen.parts
    }
    named = [evidence.of_texts(seen.code), *own.values()]
    dropped = headers
    for part in chosen.parts:
        distribution = part.distribution
        evidence.add_modules(own[distribution.key], named)
        may_go = found[distribution.key]
        going = pruning.keep_needed(
            may_go,
            read=_read(part, may_go, seen, chosen.homes),
            evidence=own[distribution.key],
            compiles=compiles,
        )
        for path, why in sorted(going.items()):
            with suppress(OSError):
                size = (distribution.root / path).stat().st_size
                dropped.append(Dropped(distribution.name, path, size, why))
    return tuple(dropped)


def _headers(part: Part, seen: Seen) -> Iterator[Dropped]:
    """Yield the headers that lie outside of site-packages and were not read."""
    one = part.distribution
    for name in laying.headers_of(one):
        place = one.root / name
        if place.is_file() and os.path.normpath(place) not in seen.read:
            yield Dropped(one.name, name, place.stat().st_size, pruning.HEADER)


def _evidence(part: Part, may_go: Mapping[str, str], kept: Kept) -> Evidence:
    known = kept.evidence()
    if known is None:
        distribution = part.distribution
        known = evidence.of_texts(
            (name, distribution.root / name)
            for name in distribution.files
            if name not in may_go and name.endswith((".py", "/entry_points.txt"))
        )
        kept.keep_evidence(known)
    return known


def _read(
    part: Part, may_go: Mapping[str, str], seen: Seen, homes: Sequence[Path]
) -> frozenset[str]:
    """Return what the rehearsal read of that which could stay behind."""
    places = (part.distribution.root, *homes)
    roots = {*map(str, places), *map(os.path.realpath, places)}
    return frozenset(
        name for name in may_go for root in roots if os.path.join(root, *name.split("/")) in seen.read
    )


def _compile(
    chosen: Site, plan: Plan, place: Path, dropped: Sequence[Dropped], kept: Mapping[str, Kept]
) -> tuple[str, ...]:
    """Give each distribution its bytecode, a kept one where there is one; return those compiled now.

    Each is compiled for itself: its bytes do not depend on what else is in the layer.
    """
    version = plan.interpreter.version
    owned: set[Path] = set()
    fresh: dict[str, list[list[Path]]] = {}
    for part in chosen.parts:
        modules = [path for path in site.modules_of(part, place, dropped) if path not in owned]
        owned.update(modules)
        if modules and not kept[part.distribution.key].lay_bytecode(modules, place, version):
            fresh[part.distribution.key] = compiling.shares_of(modules)
    shares = [share for several in fresh.values() for share in several]
    whole = iter(compiling.compile_shares(plan.interpreter, place, shares, LAYER))
    for key, several in fresh.items():
        if all([next(whole) for _ in several]):
            kept[key].keep_bytecode([module for share in several for module in share], place, version)
    return tuple(fresh)
