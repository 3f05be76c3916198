"""The bundle as a .tar.gz, which keeps links and modes where a zip would not, with an entry for menus."""

from __future__ import annotations

import gzip
import os
import tarfile
from pathlib import Path

from launcher.data import home
from launcher.packager.formats.linux import about, members, menu
from launcher.packager.formats.linux.filling import fill
from launcher.packager.formats.parcel import Parcel

LEVEL = 6
INSTALLER = "install.sh"
MENU = "_internal/menu"  # beside the player's own parts, where no project's name can be


def make(parcel: Parcel) -> tuple[Path, int, str]:
    """Pack the bundle; the same bundle gives the same bytes.

    The installer and what it lays into menus lie in the archive alone: what was proven stays as it is.
    """
    bundle = parcel.bundle
    place = parcel.output / f"{parcel.base}.tar.gz"
    part = bundle.with_name(f"{parcel.base}.tar.gz.part")
    top, moment = bundle.name, int(bundle.stat().st_mtime)
    told = about.of(parcel)
    files = menu.files(parcel, told.command)
    script = fill(
        "install.sh",
        {
            "name": told.name,
            "program": told.program,
            "identifier": told.identifier,
            "documents": bool(told.own_documents),
        },
    )
    parts = members.whole(
        [
            *members.of_bundle(bundle, top),
            *members.made(files, f"{top}/{MENU}", moment),
            *members.made({INSTALLER: script}, top, moment, mode=members.RUNS),
        ],
        moment,
    )
    with (
        part.open("wb") as raw,
        gzip.GzipFile(
            filename="", mode="wb", fileobj=raw, compresslevel=LEVEL, mtime=moment
        ) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for one in parts:
            members.add(archive, one)
    digest = home.digest(part)
    os.replace(part, place)
    return place, place.stat().st_size, digest
