"""The program as one file that runs as it is: an AppImage, of its second kind.

It is a small program, the runtime, with a file system behind it that it mounts. The runtime is the AppImage
project's, and in no index of packages: whoever builds has to have it, and says where it lies.
"""

from __future__ import annotations

import os
import shutil
import struct
import tempfile
from pathlib import Path

from launcher.data import home
from launcher.errors import BuildError, MissingTool
from launcher.packager import icon, platforms
from launcher.packager.audit.kinds import kind_of
from launcher.packager.commands import run
from launcher.packager.formats.linux import about, members, menu
from launcher.packager.formats.parcel import Parcel
from launcher.packager.platforms import Platform

VARIABLE = "LAUNCHER_APPIMAGE_RUNTIME"
TOOL = "mksquashfs"
MARK_AT, MARK = 8, b"AI\x02"  # by which desktops know an AppImage: bytes that ELF leaves free
WIDE = 2
LEVEL = "6"
BIG_PICTURE = 256
GET_IT = (
    "Get the file runtime-{machine} from https://github.com/AppImage/type2-runtime/releases, "
    f"and say where it lies: {VARIABLE}=FILE launcher build ..."
)


def check() -> None:
    """Raise MissingTool where what an AppImage is made of is not here."""
    if shutil.which(TOOL) is None:
        raise MissingTool(
            f"The file system in an AppImage is written by {TOOL}, which is not installed here.",
            "Install it: apt-get install squashfs-tools, dnf install squashfs-tools, brew install squashfs.",
        )
    if not os.environ.get(VARIABLE):
        raise MissingTool(
            "An AppImage begins with a runtime, which comes with no package.",
            GET_IT.format(machine=platforms.here().machine),
        )


def make(parcel: Parcel) -> tuple[Path, int, str]:
    """Write it; the same bundle gives the same bytes, by the same runtime and version of the tool."""
    check()
    runtime = _runtime(Path(os.environ[VARIABLE]), parcel.plan.platform)
    place = parcel.output / f"{parcel.base}.AppImage"
    part = parcel.bundle.with_name(f"{parcel.base}.AppImage.part")
    with tempfile.TemporaryDirectory(dir=parcel.bundle.parent, prefix=".appimage-") as scratch:
        folder, packed = Path(scratch) / "AppDir", Path(scratch) / "squashfs"
        members.lay(_contents(parcel), folder)
        run(
            (
                *(TOOL, folder, packed, "-root-owned", "-no-xattrs", "-noappend", "-quiet", "-no-progress"),
                *("-comp", "zstd", "-Xcompression-level", LEVEL, "-mkfs-time", str(parcel.moment)),
            ),
            todo=f"{TOOL} has to be one of 4.4 or newer.",
            environ={"SOURCE_DATE_EPOCH": None},  # the option says the same
        )
        with part.open("wb") as file, packed.open("rb") as content:
            file.write(runtime)
            shutil.copyfileobj(content, file, 1 << 20)
    part.chmod(members.RUNS)
    digest = home.digest(part)
    os.replace(part, place)
    return place, place.stat().st_size, digest


def _contents(parcel: Parcel) -> list[members.Member]:
    """List what the file system holds: bundle, entry for menus, and what is looked for at its top."""
    told, moment = about.of(parcel), parcel.moment
    files = menu.files(parcel, told.command, told_version=told.version)
    picture = menu.png_of(icon.of(parcel.plan.icon, told.name), BIG_PICTURE)
    top = {
        f"{told.identifier}.desktop": files[f"applications/{told.identifier}.desktop"],
        f"{told.identifier}.png": picture,
        ".DirIcon": picture,
    }
    bundle = f"usr/lib/{told.command}"
    parts = [
        *members.of_bundle(parcel.bundle, bundle),
        *members.made(files, "usr/share", moment),
        *members.made(top, "", moment),
        members.Member("AppRun", moment, 0o777, link=f"{bundle}/{told.program}"),
    ]
    return [members.folder("", moment), *members.whole(parts, moment)]


def _runtime(file: Path, platform: Platform) -> bytes:
    """Read the runtime; raises BuildError for what is none: nothing behind it would be found."""
    get_it = GET_IT.format(machine=platform.machine)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise BuildError(f"{VARIABLE}: {file} cannot be read: {error.strerror}.", get_it) from error
    kind = kind_of(file)
    if kind is None or not kind.suits(platform):
        raise BuildError(f"{VARIABLE}: {file} is no program for {platform.tag}.", get_it)
    if _end_of(data) != len(data):
        raise BuildError(
            f"{VARIABLE}: {file} is no runtime, or a whole AppImage: something is behind its end.", get_it
        )
    return data[:MARK_AT] + MARK + data[MARK_AT + len(MARK) :]


def _end_of(data: bytes) -> int:
    """Return where a program of ELF ends: there a runtime looks for the file system."""
    wide, order = data[4] == WIDE, "<" if data[5] == 1 else ">"
    (start,) = struct.unpack_from(f"{order}{'Q' if wide else 'I'}", data, 0x28 if wide else 0x20)
    size, count = struct.unpack_from(f"{order}HH", data, 0x3A if wide else 0x2E)
    return int(start + size * count)
