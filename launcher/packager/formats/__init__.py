"""What a build can be handed over as: one file a format, each with a function `make`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from launcher.packager.formats import folder, tar_gz


@dataclass(frozen=True, slots=True)
class Artifact:
    """A finished file or folder to hand over."""

    format: str
    path: Path
    size: int
    sha256: str


# Takes the verified bundle, the folder for artifacts, and the artifact's base name; returns its path,
# size and digest. `folder` comes first: it moves the bundle to its final place.
Make = Callable[[Path, Path, str], tuple[Path, int, str]]

FORMATS: Mapping[str, Make] = {"tar.gz": tar_gz.make, "folder": folder.make}
