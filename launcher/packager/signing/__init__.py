"""The last touch to a laid program: dressed and signed as its system wants it.

The one door to it; a module for each system that wants something.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from launcher.packager.plan import Plan
from launcher.packager.platforms import MACOS, WINDOWS
from launcher.packager.progress import Progress
from launcher.packager.signing import macos, windows

__all__ = ["finish", "wants"]

Finish = Callable[[Path, Plan, Progress], str]
FINISHES: Mapping[str, Finish] = {MACOS: macos.finish, WINDOWS: windows.finish}


def wants(plan: Plan) -> bool:
    """Tell whether a plan's system wants something more than the layers."""
    if plan.platform.system == WINDOWS:
        return windows.signer_of(plan) is not None
    return plan.platform.system in FINISHES


def finish(bundle: Path, plan: Plan, progress: Progress) -> str:
    """Finish a bundle in its place, and return what was done in a few words; times are settled after it."""
    return FINISHES[plan.platform.system](bundle, plan, progress)
