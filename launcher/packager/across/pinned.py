"""Parts of a lock, installed for another platform: what is fetched for it is pinned by hash like the rest."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection
from pathlib import Path

from packaging.utils import canonicalize_name

from launcher import paths
from launcher.packager.across import wheels
from launcher.packager.platforms import Platform
from launcher.packager.progress import Progress

_NAME = re.compile(r"[A-Za-z0-9._-]+")


def lock(name: str) -> Path:
    """Return the path of one of our locks."""
    return paths.bundled("build") / "locks" / name


def names_in(content: str) -> frozenset[str]:
    """Name the distributions that a lock pins."""
    return frozenset(_entries(content))


def install(
    place: Path,
    content: str,
    names: Collection[str],
    platform: Platform,
    version: tuple[int, int],
    progress: Progress,
    *,
    sources: Collection[str] = (),
) -> None:
    """Install at `place` what a lock with this content pins of some names, and nothing else."""
    entries = _entries(content)
    with tempfile.TemporaryDirectory(prefix="launcher-pins-") as scratch:
        pins = Path(scratch) / "pins.txt"
        pins.write_text("".join(entries[name] for name in sorted(names)), encoding="utf-8")
        words: list[str | Path] = ["--no-deps", "--require-hashes", "-r", pins]
        if sources:  # what is compiled is held to the lock as well, with what compiles it
            builders = Path(scratch) / "builders.txt"
            builders.write_text(content, encoding="utf-8")
            words += ["--build-constraints", builders]
        wheels.install(place, words, platform, version, progress, sources=sources)


def _entries(content: str) -> dict[str, str]:
    """Take a lock apart: the lines of each distribution by its name."""
    found = {}
    for entry in re.split(r"\n(?=\S)", content):
        name = _NAME.match(entry)
        if name is not None:
            found[str(canonicalize_name(name[0]))] = entry.rstrip("\n") + "\n"
    return found
