"""Programs and libraries that were packed by UPX: scanners take such for malware, and it breaks some."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from launcher.packager.app_layer import AppLayer
from launcher.packager.site import Site

ENDINGS = (".exe", ".dll", ".pyd", ".so", ".dylib")
# Names of the sections that it leaves in a program of Windows, and its own mark in all others.
MARKS = (b"UPX0\0", b"UPX1\0", b"UPX!")
LOOKED_AT = 4096  # bytes at either end


def find(chosen: Site, layer: AppLayer) -> Iterator[str]:
    """Yield what travels and is packed: the distribution, or the app's own file."""
    for part in chosen.parts:
        one = part.distribution
        found = [name for name in one.files if name.endswith(ENDINGS) and is_packed(one.root / name)]
        yield from (f"{name} of {one.name}" for name in found)
    yield from (name for name in layer.files if name.endswith(ENDINGS) and is_packed(layer.source / name))


def is_packed(path: Path) -> bool:
    """Tell whether a file was packed, by what it says of itself at either end."""
    try:
        with path.open("rb") as file:
            looked = file.read(LOOKED_AT)
            file.seek(max(0, os.fstat(file.fileno()).st_size - LOOKED_AT))
            looked += file.read(LOOKED_AT)
    except OSError:
        return False
    return any(mark in looked for mark in MARKS)
