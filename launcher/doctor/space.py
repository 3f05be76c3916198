"""Whether the packager's cache has room for what a first build puts there."""

from __future__ import annotations

import shutil
from pathlib import Path

from launcher.doctor.finding import Finding

# An environment with Qt, the player made from it, and what PyInstaller lays down on the way.
WANTED = 2_500_000_000


def examine(cache: Path) -> tuple[Finding, ...]:
    """Tell whether the cache is full enough of room for a first build."""
    folder = cache
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    detail = f"{free / 1e9:.1f} GB free in {cache}"
    if free >= WANTED:
        return (Finding("Disk", "ok", detail),)
    return (
        Finding(
            "Disk",
            "missing",
            f"{detail}; a first build may need {WANTED / 1e9:.1f} GB there. "
            "Set LAUNCHER_CACHE to a folder with more room",
        ),
    )
