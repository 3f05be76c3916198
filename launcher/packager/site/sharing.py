"""What the player has already is not laid a second time: a link to it is.

A project may depend on what the player is made with; PySide6 alone has hundreds of megabytes. The player's
copy is no substitute for the project's: it is pruned, and it has no metadata. Only files that are the same
byte for byte are shared, so that another version is always the project's own.
"""

from __future__ import annotations

import filecmp
import os
from collections.abc import Iterable
from pathlib import Path

from launcher import host
from launcher.packager.platforms import WINDOWS, Platform
from launcher.packager.site.linking import LIBRARY
from launcher.project.environment import Distribution

INNER = "_internal"  # the player's own folder, beside the program
SMALLEST = 50_000  # bytes; for less a link is not worth it


def share(distributions: Iterable[Distribution], place: Path, platform: Platform) -> int:
    """Replace files of a site layer that lie in the bundle's player as well by links; return the bytes saved.

    On Windows links need rights, and everything stays as it is.
    """
    player = place.parent.parent / INNER
    if host.WINDOWS or platform.system == WINDOWS or not player.is_dir():
        return 0
    saved = 0
    for one in distributions:
        # One look for most distributions: the player has nothing of their names.
        tops = {top for top in {name.partition("/")[0] for name in one.files} if (player / top).exists()}
        for name in one.files:
            if name.partition("/")[0] in tops:
                saved += _share(place / name, player / name)
    return saved


def _share(own: Path, other: Path) -> int:
    if own.is_symlink() or other.is_symlink() or not own.is_file() or not other.is_file():
        return 0
    size = own.stat().st_size
    # A program looks for its parts from where it lies itself, behind any link.
    is_program = own.stat().st_mode & 0o111 and not LIBRARY.search(own.name)
    if size < SMALLEST or is_program or not filecmp.cmp(own, other, shallow=False):
        return 0
    own.unlink()
    own.symlink_to(os.path.relpath(other, own.parent))
    return size
