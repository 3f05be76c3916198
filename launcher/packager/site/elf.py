"""Which C library a Linux bundle needs, read from its libraries themselves."""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAGIC = b"\x7fELF"
NEEDED_VERSIONS = 0x6FFFFFFE  # the section type SHT_GNU_verneed
LARGEST = 1 << 26  # bytes of a section; more is a broken file
_GLIBC = re.compile(rb"GLIBC_(\d+)\.(\d+)")
Version = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Floor:
    """The oldest glibc that will do, and the file that asks for it."""

    version: Version
    file: str


def floor_of(folder: Path) -> Floor | None:
    """Return the newest glibc that a file below a folder asks for; None where none asks."""
    floor: Floor | None = None
    for place, names, files in os.walk(folder):
        names.sort()
        for name in sorted(files):
            path = Path(place) / name
            version = None if path.is_symlink() else needed_glibc(path)
            if version is not None and (floor is None or version > floor.version):
                floor = Floor(version, path.relative_to(folder).as_posix())
    return floor


def needed_glibc(path: Path) -> Version | None:
    """Return the newest version of glibc that a program or library asks for, if it is one and does."""
    try:
        with path.open("rb") as file:
            if file.read(4) != MAGIC:
                return None
            return max(_versions(file), default=None)
    except (OSError, struct.error, IndexError, ValueError, OverflowError):
        return None


def _versions(file: BinaryIO) -> Iterator[Version]:
    file.seek(4)
    wide, order = file.read(1) == b"\x02", ">" if file.read(1) == b"\x02" else "<"
    file.seek(0x28 if wide else 0x20)
    (start,) = _read(file, f"{order}{'Q' if wide else 'I'}")
    file.seek(0x3A if wide else 0x2E)
    size, count = _read(file, f"{order}HH")
    form = f"{order}IIQQQQII" if wide else f"{order}IIIIIIII"
    sections = []
    for number in range(count):
        file.seek(start + number * size)
        sections.append(_read(file, form))
    for section in sections:
        if section[1] == NEEDED_VERSIONS:
            entries, texts = _content(file, section), _content(file, sections[section[6]])
            yield from _named(entries, texts, section[7], order)


def _named(entries: bytes, texts: bytes, count: int, order: str) -> Iterator[Version]:
    """Walk the versions asked of each library: a chain of chains, linked by offsets."""
    place = 0
    for _ in range(count):
        _, several, _, first, following = struct.unpack_from(f"{order}HHIII", entries, place)
        inner = place + first
        for _ in range(several):
            _, _, _, name, onward = struct.unpack_from(f"{order}IHHII", entries, inner)
            found = _GLIBC.match(texts, name)
            if found:
                yield int(found[1]), int(found[2])
            inner += onward
            if not onward:
                break
        place += following
        if not following:
            return


def _content(file: BinaryIO, section: tuple[int, ...]) -> bytes:
    file.seek(section[4])
    return file.read(min(section[5], LARGEST))


def _read(file: BinaryIO, form: str) -> tuple[int, ...]:
    return struct.unpack(form, file.read(struct.calcsize(form)))
