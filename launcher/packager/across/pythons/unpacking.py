"""Unpacking a Python that the user names as an archive."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path

from launcher.errors import BuildError

ZIPPED = (".zip", ".nupkg", ".whl")


def unpack(archive: Path, place: Path) -> None:
    """Unpack an archive at `place`; raises BuildError for what is none, or would write elsewhere."""
    try:
        if archive.name.lower().endswith(ZIPPED):
            with zipfile.ZipFile(archive) as zipped:
                zipped.extractall(place)
        else:
            with tarfile.open(archive) as packed:
                packed.extraction_filter = getattr(tarfile, "data_filter", None)
                packed.extractall(place)
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError) as error:
        raise BuildError(
            f"{archive} cannot be unpacked: {error}.",
            "Name a .zip, .nupkg or .tar.gz that is whole, or a folder.",
        ) from error
