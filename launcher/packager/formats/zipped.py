"""The bundle as a .zip that keeps links, modes and times, as the systems that have them unpack it.

Most zips, Python's own among them, lose them: an application of macOS without its links does not start.
"""

from __future__ import annotations

import os
import posixpath
import shutil
import stat
import struct
import zipfile
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from launcher import host
from launcher.data import home
from launcher.errors import BuildError
from launcher.packager.formats.parcel import Parcel

UNIX = 3  # the system that an entry says it was made on: where it is this one, modes and links are taken
FOLDER = 0x10  # what Windows calls one
LINK = stat.S_IFLNK | 0o755
# The first bytes of what a system starts: Mach-O (of one machine, of several), ELF, and a script.
STARTS = (b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\x7fELF", b"#!")


def make(parcel: Parcel) -> tuple[Path, int, str]:
    """Pack the bundle; the same bundle gives the same bytes."""
    bundle = parcel.bundle
    place = parcel.output / f"{parcel.base}.zip"
    part = bundle.with_name(f"{parcel.base}.zip.part")
    pack(bundle, part, parcel.moment)
    digest = home.digest(part)
    os.replace(part, place)
    return place, place.stat().st_size, digest


def pack(bundle: Path, place: Path, moment: int) -> None:
    """Write an archive with one folder in it, the bundle; links bear `moment`, all else its own time.

    Raises BuildError for what would do harm where the archive is unpacked, or could not be.
    """
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in _members(bundle):
            about = path.lstat()
            if stat.S_ISLNK(about.st_mode):
                aim = Path(os.readlink(path)).as_posix()
                _refuse_to_leave(name, aim, bundle.name)
                archive.writestr(_entry(name, LINK, moment), aim.encode(), zipfile.ZIP_STORED)
            elif stat.S_ISDIR(about.st_mode):
                folder = _entry(f"{name}/", stat.S_IFDIR | 0o755, int(about.st_mtime))
                folder.external_attr |= FOLDER
                archive.writestr(folder, b"", zipfile.ZIP_STORED)
            elif stat.S_ISREG(about.st_mode):
                entry = _entry(name, stat.S_IFREG | _mode(path, about), int(about.st_mtime))
                entry.compress_type, entry.file_size = zipfile.ZIP_DEFLATED, about.st_size
                with path.open("rb") as source, archive.open(entry, "w") as packed:
                    shutil.copyfileobj(source, packed, 1 << 20)
            else:
                raise _odd(name, "neither a file nor a folder")


def _members(bundle: Path) -> Iterator[tuple[str, Path]]:
    """List everything in a bundle and itself, in an order that no file system decides."""
    yield bundle.name, bundle
    found = [Path(folder) / name for folder, names, files in os.walk(bundle) for name in (*names, *files)]
    named = {path.relative_to(bundle.parent).as_posix(): path for path in found}
    yield from sorted(named.items())


def _entry(name: str, mode: int, moment: int) -> zipfile.ZipInfo:
    # A zip's own time is that of nobody knows which place, and even; the second one is exact.
    time = datetime.fromtimestamp(moment, timezone.utc)
    entry = zipfile.ZipInfo(name, (*time.timetuple()[:5], time.second & ~1))
    entry.create_system = UNIX
    entry.external_attr = mode << 16
    entry.extra = struct.pack("<2sHBl", b"UT", 5, 1, moment) if moment < 1 << 31 else b""
    return entry


def _mode(path: Path, about: os.stat_result) -> int:
    if not host.WINDOWS:
        return about.st_mode & 0o777
    with path.open("rb") as file:  # there are no modes there: what can be started is known by its beginning
        return 0o755 if file.read(4).startswith(STARTS) else 0o644


def _refuse_to_leave(name: str, aim: str, top: str) -> None:
    end = posixpath.normpath(posixpath.join(posixpath.dirname(name), aim))
    if posixpath.isabs(aim) or end.split("/")[0] != top:
        raise _odd(name, f"a link to {aim}")


def _odd(name: str, what: str) -> BuildError:
    return BuildError(
        f"{name} is {what}; an archive with it would not unpack elsewhere.",
        "Build again with --clean. If it stays, the distribution that brings it has to be replaced.",
    )
