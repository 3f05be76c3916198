"""Copying a file of a project and nothing else, whatever becomes of its folder meanwhile.

Between the look at a project and its copy somebody may put a link in the place of a file or of a folder
above it. So the way is gone folder by folder, each opened from the one before, and no link is followed.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

# Windows cannot open from a folder: there, only what is found in the end is looked at.
STEPWISE = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
LINKED = (errno.ELOOP, errno.ENOTDIR, errno.EMLINK)  # what systems answer for a link that is not followed
_PLAIN = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class Swapped(OSError):
    """What was a file of the project is something else by now."""


def copy(root: Path, relative: str, target: Path) -> None:
    """Copy a file of the tree at `root`, with its rights and its time; raises OSError, or Swapped."""
    with opened(root, relative) as source, target.open("wb") as file:
        about = os.fstat(source.fileno())
        shutil.copyfileobj(source, file, 1 << 20)
    target.chmod(stat.S_IMODE(about.st_mode) & 0o777)
    os.utime(target, ns=(about.st_atime_ns, about.st_mtime_ns))


@contextmanager
def opened(root: Path, relative: str) -> Iterator[IO[bytes]]:
    """Open a file of the tree at `root`; links within the tree are followed, out of it never."""
    real = os.path.realpath(root)
    way = os.path.realpath(os.path.join(real, relative))
    if os.path.commonpath((real, way)) != real:
        raise Swapped(f"{relative} leads out of the project")
    descriptor = _stepwise(real, os.path.relpath(way, real)) if STEPWISE else os.open(way, _PLAIN)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Swapped(f"{relative} is no file any more")
    with open(descriptor, "rb") as file:
        if not STEPWISE and os.path.realpath(way) != way:
            raise Swapped(f"{relative} became a link")
        yield file


def _stepwise(root: str, way: str) -> int:
    *folders, name = way.split(os.sep)
    held = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in folders:
            below = _step(folder, os.O_DIRECTORY, held)
            os.close(held)
            held = below
        return _step(name, os.O_NONBLOCK, held)  # a pipe would be waited for
    finally:
        os.close(held)


def _step(name: str, flags: int, folder: int) -> int:
    try:
        return os.open(name, _PLAIN | os.O_NOFOLLOW | flags, dir_fd=folder)
    except OSError as error:
        if error.errno in LINKED:
            raise Swapped(f"{name} became a link") from error
        raise
