"""The player of another platform: laid from that platform's own files, and then cached."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from launcher import paths
from launcher.packager import player
from launcher.packager.across import freezing, pinned, pythons
from launcher.packager.across.freezing import Recipe
from launcher.packager.across.pythons import Python
from launcher.packager.plan import Plan
from launcher.packager.platforms import Platform, given_for
from launcher.packager.progress import Progress


@dataclass(frozen=True, slots=True)
class Got:
    """A player: its folder, whether it was cached, where its Python is from, and the version of that."""

    place: Path
    cached: bool
    told: str
    version: str


def player_for(plan: Plan, given: Mapping[str, Path], progress: Progress) -> Got:
    """Return the player of `plan.platform` for the project's Python; `given` are those that the user names.

    The folder is laid out as a bundle of that platform is, with `player.EXECUTABLE` as the program's name.
    Raises BuildError where no Python can be had, or one is not what it is said to be.
    """
    platform, version = plan.platform, plan.interpreter.version
    python = pythons.get(platform, version[:2], given_for(platform, dict(given)), progress)
    told = _told(python, platform, version)
    recipe = Recipe(platform, plan.interpreter, python, plan.webview.kind, player.sources_of_runtime())
    place = _place(recipe)
    if (place / player.COMPLETE).is_file():
        return Got(place, True, told, python.version)
    with player.locked(place):
        if not (place / player.COMPLETE).is_file():
            _make(recipe, place, progress)
    return Got(place, False, told, python.version)


def _told(python: Python, platform: Platform, version: tuple[int, int, int]) -> str:
    """Say what the program's Python is, and what was looked at."""
    said = f"Python {python.version} for {pythons.NAMES[platform.system]} from {python.origin}"
    if python.standard_library is None:
        said += f" with the library of {'.'.join(map(str, version))} from here"
    return f"{said}, {python.checked}"


def _place(recipe: Recipe) -> Path:
    """Return the player's place in the cache, by all that it is made from."""
    key = player.key_of(
        recipe.python.place.name.encode(),
        repr((recipe.webview, recipe.interpreter.version, recipe.interpreter.base_prefix)).encode(),
        pinned.lock(freezing.LOCK).read_bytes(),
        *(*recipe.sources.values(), *player.recipes().values(), *pythons.own_sources()),
    )
    label = f"{recipe.platform.tag}-{recipe.python.version}-{recipe.webview}"
    return paths.cache_folder() / "players" / f"{label}-{key}"


def _make(recipe: Recipe, place: Path, progress: Progress) -> None:
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".freezing-") as scratch:
        fresh = freezing.freeze(recipe, Path(scratch), progress)
        (fresh / player.COMPLETE).touch()
        shutil.rmtree(place, ignore_errors=True)
        os.replace(fresh, place)
