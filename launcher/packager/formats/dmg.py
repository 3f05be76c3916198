"""The application in a disk image, beside a link to the folder that people drag it into: made on a Mac alone.

Written from the manual of hdiutil; tried with a stand-in that notes how it is called, and never run on a Mac.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from launcher import host
from launcher.data import home
from launcher.errors import MissingTool
from launcher.packager.commands import run
from launcher.packager.formats.parcel import Parcel

APPLICATIONS = "/Applications"
TOOL = "hdiutil"
INSTEAD = "Hand it over as a zip: --format zip. macOS unpacks that by a double click."


def check() -> None:
    """Raise MissingTool where there is no tool for it: it is a part of macOS."""
    if not host.MACOS or shutil.which(TOOL) is None:
        raise MissingTool("A disk image can be made on a Mac alone.", INSTEAD)


def make(parcel: Parcel) -> tuple[Path, int, str]:
    """Make the image; its bytes differ from build to build, for it is a file system with times of its own."""
    bundle = parcel.bundle
    place = parcel.output / f"{parcel.base}.dmg"
    with tempfile.TemporaryDirectory(dir=bundle.parent, prefix="image-") as scratch:
        stage, part = Path(scratch) / "stage", Path(scratch) / place.name
        stage.mkdir()
        shutil.copytree(bundle, stage / bundle.name, symlinks=True)
        (stage / "Applications").symlink_to(APPLICATIONS)
        name = parcel.plan.manifest.name
        run(
            [TOOL, "create", "-volname", name, "-srcfolder", stage, "-fs", "HFS+", "-format", "UDZO", part],
            todo=INSTEAD,
        )
        digest = home.digest(part)
        os.replace(part, place)
    return place, place.stat().st_size, digest
