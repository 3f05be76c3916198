"""The program as a package for Debian, Ubuntu and what is made from them: .deb.

It is written without Debian's own tools, so that it can be made everywhere. It brings no scripts: what
keeps menus, pictures and kinds of documents watches these folders itself.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import os
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from launcher.data import home
from launcher.packager.formats.linux import about, members, needs, numbers, package
from launcher.packager.formats.linux.about import About
from launcher.packager.formats.linux.filling import fill
from launcher.packager.formats.linux.members import Member
from launcher.packager.formats.parcel import Parcel

# Of 400 MB with Qt, 0 takes a second less than 1, 6 seven times as long for an eighth less.
LEVEL = 1
ROOT = "root"
AR_BEGIN, AR_END = b"!<arch>\n", b"`\n"
SIZE_AT = 48  # where a header of ar has the size


def make(parcel: Parcel) -> tuple[Path, int, str]:
    """Write the package; the same bundle gives the same bytes."""
    told = about.of(parcel)
    place = parcel.output / f"{parcel.base}.deb"
    part = parcel.bundle.with_name(f"{parcel.base}.deb.part")
    data = members.whole([*package.contents(parcel), *_papers(parcel, told)], parcel.moment)
    control = members.whole(
        members.made(_control(parcel, told, data), "", parcel.moment), parcel.moment
    )
    with part.open("wb") as file:
        file.write(AR_BEGIN)
        _add(file, "debian-binary", parcel.moment, b"2.0\n")
        for name, content in (("control.tar.xz", control), ("data.tar.xz", data)):
            begin = file.tell()
            _add(file, name, parcel.moment)
            _write_tar(file, content, parcel.moment)
            _end(file, begin)
    digest = home.digest(part)
    os.replace(part, place)
    return place, place.stat().st_size, digest


def _write_tar(file: BinaryIO, content: Iterable[Member], moment: int) -> None:
    with (
        lzma.open(file, "wb", preset=LEVEL, check=lzma.CHECK_CRC64) as packed,
        # Debian reads GNU's longer names, and not those of POSIX.
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive,
    ):
        members.add(archive, members.folder("", moment), "./", ROOT)
        for one in content:
            members.add(archive, one, "./", ROOT)


def _add(file: BinaryIO, name: str, moment: int, data: bytes = b"") -> None:
    """Begin a part of an archive as ar writes it; its size is that of `data` until it is known."""
    header = f"{name:<16}{moment:<12}{0:<6}{0:<6}{0o100644:<8o}{len(data):<10}".encode("ascii")
    file.write(header + AR_END + data)


def _end(file: BinaryIO, begin: int) -> None:
    """Write down how large the part is that began there."""
    end = file.tell()
    file.seek(begin + SIZE_AT)
    file.write(f"{end - begin - SIZE_AT - 10 - len(AR_END):<10}".encode("ascii"))
    file.seek(end)
    if end % 2:
        file.write(b"\n")


def _papers(parcel: Parcel, told: About) -> Iterable[Member]:
    """Give what every package of Debian has: who made it, and under which licence."""
    values = {
        "name": told.name,
        "bundle": f"/{package.folder_of(told)}",
        "homepage": told.homepage,
        "licence": told.licence or "LicenseRef-not-named",
        "maintainer": told.maker,
        "year": told.time.year,
    }
    files = {"copyright": fill("deb/copyright", values)}
    return members.made(files, f"usr/share/doc/{told.command}", parcel.moment)


def _control(parcel: Parcel, told: About, data: list[Member]) -> dict[str, bytes]:
    depends, recommends = needs.debian(parcel.audit, parcel.plan.webview.kind)
    kilobytes = sum(1 if one.is_folder or one.link else -(-one.size // 1024) for one in data)
    values = {
        "package": told.command,
        "version": numbers.version_of(told.version),
        "machine": numbers.debian_machine(parcel.plan.platform.machine),
        "maintainer": told.maker,
        "size": kilobytes,
        "depends": depends,
        "recommends": recommends,
        "homepage": told.homepage,
        "summary": told.told[:80],
        "description": told.told,
        "identifier": told.identifier,
    }
    sums = "".join(
        f"{_md5(one)}  {one.path}\n" for one in data if not one.is_folder and not one.link
    )
    return {"control": fill("deb/control", values), "md5sums": sums.encode("utf-8", "surrogateescape")}


def _md5(one: Member) -> str:
    hasher = hashlib.md5(usedforsecurity=False)
    with one.source.open("rb") if one.source else io.BytesIO(one.data or b"") as content:
        while block := content.read(1 << 20):
            hasher.update(block)
    return hasher.hexdigest()
