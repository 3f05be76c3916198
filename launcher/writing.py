"""Writing files so that they are there as they should be, or not at all."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path


def copy(source: Path, place: Path, *, through: bool = True) -> None:
    """Copy a file to its user's own, writable however the bundle is kept; `through` to the disk itself."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    about = source.stat()
    with source.open("rb") as incoming, place.open("wb") as outgoing:
        shutil.copyfileobj(incoming, outgoing, 1 << 20)
        if through:
            outgoing.flush()
            os.fsync(outgoing.fileno())
    place.chmod(0o700 if about.st_mode & 0o100 else 0o600)
    os.utime(place, ns=(about.st_atime_ns, about.st_mtime_ns))  # apps show it, and serve by it


def write(path: Path, data: bytes) -> None:
    """Write a file so that it is whole or as it was, even when the power fails."""
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(path.parent, os.O_DIRECTORY)
        with suppress(OSError):
            os.fsync(folder)
        os.close(folder)
