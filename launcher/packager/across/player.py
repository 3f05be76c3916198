"""The player of another platform: laid from that platform's own files, and then cached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from launcher.errors import BuildError
from launcher.packager.plan import Plan
from launcher.packager.progress import Progress


@dataclass(frozen=True, slots=True)
class Got:
    """A player: its folder, whether it was cached, where its Python is from, and the version of that."""

    place: Path
    cached: bool
    told: str
    version: str


def player_for(plan: Plan, pythons: Mapping[str, Path], progress: Progress) -> Got:
    """Return the player of `plan.platform` for the project's Python; `pythons` are those that the user names.

    The folder is laid out as a bundle of that platform is, with `player.EXECUTABLE` as the program's name.
    Raises BuildError where no Python can be had, or one is not what it is said to be.
    """
    raise BuildError(f"Programs for {plan.platform.tag} can only be built there.")
