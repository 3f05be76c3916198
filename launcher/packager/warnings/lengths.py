"""Paths that Windows' Explorer does not unpack: 260 characters are all, with the folder they go to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from launcher.packager.platforms import WINDOWS, Platform
from launcher.packager.warnings.notice import Notice

LONGEST = 150  # leaves 110 for C:\Users\..., Downloads, and a folder named like the archive


def look(bundle: Path, platform: Platform) -> Iterator[Notice]:
    """Look at the paths in a bundle for Windows."""
    if platform.system != WINDOWS:
        return
    longest = max(_paths(bundle), key=len, default="")
    if len(longest) > LONGEST:
        yield Notice(
            "The zip may not unpack on a friend's Windows",
            f"{longest} has {len(longest)} characters; Explorer unpacks no path of more than 260, with the "
            "folder that it is unpacked to.",
            "Shorten its folders, leave it out with exclude in [tool.launcher.files], or send the setup.",
        )


def _paths(bundle: Path) -> Iterator[str]:
    above = bundle.parent
    for folder, _, files in os.walk(bundle):
        yield from ((Path(folder) / name).relative_to(above).as_posix() for name in files)
