"""Reading a signature of Mach-O again: whether every byte is the one that was signed.

As the system does it when a page is loaded, and codesign when it is asked. Who signed is not looked at.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

from launcher.packager.macho.reading import LINKEDIT, Data, NotMachO, read, signature_of
from launcher.packager.macho.signing import (
    ADHOC,
    DIRECTORY,
    INFO,
    RESOURCES,
    SLOT_DIRECTORY,
    SUPERBLOB,
    Sealed,
)

ALTERNATES = range(0x1000, 0x1005)  # slots of further directories, with other kinds of hashes
# Parts of a signature that its directories attest: requirements, and what the program may do, in two forms.
EMBEDDED = (2, 5, 7)
HASHES = {1: "sha1", 2: "sha256", 3: "sha256", 4: "sha384"}
CDHASH = 20  # bytes: a directory is known by so many of its own hash


class BadSignature(NotMachO):
    """A program or library is not signed, or is not what was signed."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a good signature says; `cdhash` is what the code is known by.

    Signed for macOS before 10.12, it has several `directories`, each with hashes of another kind.
    """

    identifier: str
    flags: int
    cdhash: bytes
    pages: int
    directories: int = 1

    @property
    def is_adhoc(self) -> bool:
        """Tell whether nobody in particular signed."""
        return bool(self.flags & ADHOC)


def verify(data: Data, sealed: Sealed | None = None) -> Signature:
    """Check each hash that a signature holds, and return what it says; raises BadSignature.

    `sealed` is what it has to attest beside the code.
    """
    image = read(data)
    room = signature_of(data, image)
    if room is None:
        raise BadSignature("It is not signed.")
    last = image.segment(LINKEDIT)
    if sum(room) != len(data) or last.offset + last.size != len(data):
        raise BadSignature("Its signature is not the end of it.")
    try:
        blobs = _blobs(bytes(data[room[0] :]))
        found = [
            _checked(blob, data, room[0], blobs, sealed)
            for slot, blob in blobs.items()
            if slot == SLOT_DIRECTORY or slot in ALTERNATES
        ]
    except (struct.error, ValueError, KeyError) as error:
        raise BadSignature("Its signature is damaged.") from error
    if not found:
        raise BadSignature("Its signature holds no hashes.")
    return replace(found[-1], directories=len(found))  # the strongest comes last


def _blobs(room: bytes) -> dict[int, bytes]:
    magic, length, count = struct.unpack_from(">III", room)
    if magic != SUPERBLOB or length > len(room):
        raise ValueError
    found = {}
    for number in range(count):
        slot, at = struct.unpack_from(">II", room, 12 + 8 * number)
        size = struct.unpack_from(">I", room, at + 4)[0]
        if at + size > length:
            raise ValueError
        found[slot] = room[at : at + size]
    return found


def _checked(
    blob: bytes, data: Data, end: int, blobs: dict[int, bytes], sealed: Sealed | None
) -> Signature:
    magic, _, _, flags, hashes, name, special, pages, limit = struct.unpack_from(">9I", blob)
    size, kind, _, bits = struct.unpack_from("4B", blob, 36)
    if magic != DIRECTORY or limit != end or pages != -(-end // (1 << bits)):
        raise BadSignature("Its signature is of another size than it.")
    view = memoryview(data)
    for number in range(pages):
        at = number << bits
        known = blob[hashes + number * size :][:size]
        if _hash(kind, view[at : min(at + (1 << bits), end)])[:size] != known:
            raise BadSignature(f"The bytes from {at} on are not those that were signed.")
    for slot, content in _attested(blobs, sealed):
        known = blob[hashes - slot * size :][:size] if slot <= special else b""
        if known != _hash(kind, content)[:size]:
            raise BadSignature(f"What its signature attests in slot {slot} is something else.")
    identifier = blob[name : blob.index(b"\0", name)].decode()
    return Signature(identifier, flags, _hash(kind, blob)[:CDHASH], pages)


def _attested(blobs: dict[int, bytes], sealed: Sealed | None) -> Iterator[tuple[int, bytes]]:
    if sealed is not None:
        yield INFO, sealed.info
        yield RESOURCES, sealed.resources
    yield from ((slot, blob) for slot, blob in blobs.items() if slot in EMBEDDED)


def _hash(kind: int, content: bytes | memoryview) -> bytes:
    return hashlib.new(HASHES[kind], content).digest()
