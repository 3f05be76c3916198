"""The bundle as a .tar.gz, which keeps links and modes where a zip would not."""

from __future__ import annotations

import gzip
import os
import tarfile
from pathlib import Path

from launcher.data import home

LEVEL = 6


def make(bundle: Path, output: Path, base: str) -> tuple[Path, int, str]:
    """Pack the bundle; the same bundle gives the same bytes."""
    place = output / f"{base}.tar.gz"
    part = bundle.with_name(f"{base}.tar.gz.part")
    moment = int(bundle.stat().st_mtime)

    def neutral(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        member.mtime = int(member.mtime)
        return member

    with (
        part.open("wb") as raw,
        gzip.GzipFile(
            filename="", mode="wb", fileobj=raw, compresslevel=LEVEL, mtime=moment
        ) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        archive.add(bundle, arcname=bundle.name, filter=neutral)
    digest = home.digest(part)
    os.replace(part, place)
    return place, place.stat().st_size, digest
