"""The bundle as a .tar.gz, which keeps links and modes where a zip would not."""

from __future__ import annotations

import gzip
import os
import posixpath
import tarfile
from pathlib import Path

from launcher.data import home
from launcher.errors import BuildError
from launcher.packager.formats.parcel import Parcel

LEVEL = 6


def make(parcel: Parcel) -> tuple[Path, int, str]:
    """Pack the bundle; the same bundle gives the same bytes."""
    bundle = parcel.bundle
    place = parcel.output / f"{parcel.base}.tar.gz"
    part = bundle.with_name(f"{parcel.base}.tar.gz.part")
    moment = int(bundle.stat().st_mtime)

    def neutral(member: tarfile.TarInfo) -> tarfile.TarInfo:
        _refuse_odd(member, bundle.name)
        member.mode &= 0o777
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


def _refuse_odd(member: tarfile.TarInfo, top: str) -> None:
    """Raise BuildError for what would do harm where the archive is unpacked, or could not be."""
    aim = posixpath.normpath(posixpath.join(posixpath.dirname(member.name), member.linkname))
    leaves = member.issym() and (posixpath.isabs(member.linkname) or aim.split("/")[0] != top)
    if leaves or not (member.isreg() or member.isdir() or member.issym() or member.islnk()):
        what = f"a link to {member.linkname}" if leaves else "neither a file nor a folder"
        raise BuildError(
            f"{member.name} is {what}; an archive with it would not unpack elsewhere.",
            "Build again with --clean. If it stays, the distribution that brings it has to be replaced.",
        )
