"""Signing Mach-O ad hoc: by nobody in particular, but so that a changed byte is noticed.

Without it nothing starts on a Mac with Apple's own processors. What is written here is byte by byte what
codesign writes of the same file (held by a test against files that it signed), as Apple's open sources
describe it: <kern/cs_blobs.h>. It was never run on a Mac.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from launcher.packager.macho.changing import with_room
from launcher.packager.macho.reading import EXECUTE, TEXT, Data, read

SUPERBLOB, DIRECTORY, REQUIREMENTS, CMS = 0xFADE_0CC0, 0xFADE_0C02, 0xFADE_0C01, 0xFADE_0B01
SLOT_DIRECTORY, SLOT_REQUIREMENTS, SLOT_CMS = 0, 2, 0x1_0000
# What a signature may attest beside the code: by the numbers of their slots.
INFO, RESOURCES = 1, 3
ADHOC = 0x2  # a flag: there is no certificate
MAIN_BINARY = 0x1  # a flag of the segment that may be executed
WITH_SEGMENT = 0x2_0400  # the version of a directory that names that segment
SHA256, DIGEST = 2, 32
PAGE_BITS, PAGE = 12, 1 << 12
HEADER = struct.Struct(">9I4B4IQ3Q")  # from the magic to the flags of the segment: 88 bytes
NO_REQUIREMENTS = struct.pack(">III", REQUIREMENTS, 12, 0)
NO_CMS = struct.pack(">II", CMS, 8)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a program's signature attests beside its code, where it is the program of an application."""

    info: bytes  # the content of its Info.plist
    resources: bytes  # the content of its CodeResources


@dataclass(frozen=True, slots=True)
class Directory:
    """What stands in a directory of hashes."""

    identifier: str
    flags: int = ADHOC
    special: Mapping[int, bytes] = field(default_factory=dict)  # hashes by the number of their slot


def sign(data: Data, identifier: str, sealed: Sealed | None = None) -> bytes:
    """Sign the Mach-O of one machine ad hoc; a signature that is there is replaced.

    The same bytes and identifier give the same signature. Raises NotMachO for what cannot be signed.
    """
    special = {SLOT_REQUIREMENTS: NO_REQUIREMENTS}
    if sealed is not None:
        special |= {INFO: sealed.info, RESOURCES: sealed.resources}
    hashes = {slot: hashlib.sha256(content).digest() for slot, content in special.items()}
    about = Directory(identifier, ADHOC, hashes)
    beside = {SLOT_REQUIREMENTS: NO_REQUIREMENTS, SLOT_CMS: NO_CMS}
    aside = len(superblob({SLOT_DIRECTORY: b"", **beside}))
    room, begin = with_room(data, lambda end: aside + _hashes_at(about) + DIGEST * _pages(end))
    blob = superblob({SLOT_DIRECTORY: directory(room, about, begin), **beside})
    room[begin : begin + len(blob)] = blob
    return bytes(room)


def superblob(blobs: Mapping[int, bytes]) -> bytes:
    """Put the parts of a signature together, each by the number of its slot."""
    begin = 12 + 8 * len(blobs)
    index, content = b"", b""
    for slot, blob in blobs.items():
        index += struct.pack(">II", slot, begin + len(content))
        content += blob
    return struct.pack(">III", SUPERBLOB, begin + len(content), len(blobs)) + index + content


def directory(data: Data, about: Directory, end: int) -> bytes:
    """Return the directory of the hashes of a Mach-O's pages up to `end`, where its signature begins."""
    image = read(data)
    text = image.segment(TEXT)
    hashes = _hashes_at(about)
    header = HEADER.pack(
        *(DIRECTORY, hashes + DIGEST * _pages(end), WITH_SEGMENT, about.flags, hashes, HEADER.size),
        *(max(about.special, default=0), _pages(end), end),
        *(DIGEST, SHA256, 0, PAGE_BITS),
        *(0, 0, 0, 0, 0),
        *(text.offset, text.size, MAIN_BINARY if image.kind == EXECUTE else 0),
    )
    parts = [header, about.identifier.encode(), b"\0"]
    # The numbers of special slots are negative: the highest is the first.
    parts += [about.special.get(slot, bytes(DIGEST)) for slot in range(max(about.special, default=0), 0, -1)]
    view = memoryview(data)
    parts += [
        hashlib.sha256(view[at : min(at + PAGE, end)]).digest() for at in range(0, end, PAGE)
    ]
    return b"".join(parts)


def _hashes_at(about: Directory) -> int:
    """Return where the hashes of the pages begin in a directory."""
    special = max(about.special, default=0)
    return HEADER.size + len(about.identifier.encode()) + 1 + DIGEST * special


def _pages(end: int) -> int:
    return -(-end // PAGE)
