"""Changing Mach-O: one machine of several taken out, and bytes put behind a program as part of it."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable

from launcher.packager.macho.reading import (
    HEADER,
    LC_CODE_SIGNATURE,
    LC_SYMTAB,
    LC_UUID,
    LINKEDIT,
    PAGE,
    Command,
    Data,
    Image,
    NotMachO,
    read,
    signature_of,
    slices,
)

COMMAND = 16  # bytes of a load command that names a signature


def thin(data: Data, machine: str) -> bytes:
    """Return what a file holds for one machine, as `lipo -thin` does; raises NotMachO where there is none."""
    found = slices(data)
    if machine not in found:
        raise NotMachO(f"It holds {', '.join(found) or 'no program or library'}, and nothing for {machine}.")
    offset, size = found[machine]
    return bytes(data[offset : offset + size])


def append(data: Data, payload: bytes) -> bytes:
    """Put bytes behind a program of one machine so that it can be signed with them; a signature is dropped.

    What is signed has to end with the segment __LINKEDIT, and that with the table of strings, for what lies
    behind would be nobody's: so both are said to reach to the end. The program's UUID is made from its own
    and the payload, for macOS takes programs with one UUID to be the same (Apple's technical note 3178).
    """
    bare = bytearray(unsigned(data))
    bare += payload
    image = read(bare)
    symbols = image.find(LC_SYMTAB)
    if symbols is None:
        raise NotMachO("It has no table of strings, behind which something could be put.")
    strings = struct.unpack_from("<I", bare, symbols.at + 16)[0]
    struct.pack_into("<I", bare, symbols.at + 20, len(bare) - strings)
    stretch(bare, image)
    _renew_uuid(bare, image.find(LC_UUID), payload)
    return bytes(bare)


def unsigned(data: Data) -> bytes:
    """Return a program or library of one machine without its signature."""
    image = read(data)
    room = signature_of(data, image)
    command = image.find(LC_CODE_SIGNATURE)
    if room is None or command is None:
        return bytes(data)
    if sum(room) != len(data):
        raise NotMachO("Something lies behind its signature.")
    bare = bytearray(data[: room[0]])
    end = HEADER.size + image.commands_size
    bare[command.at : end] = bare[command.at + command.size : end] + bytes(command.size)
    _count(bare, image, -1, -command.size)
    stretch(bare, read(bare))
    return bytes(bare)


def with_room(data: Data, size_of: Callable[[int], int]) -> tuple[bytearray, int]:
    """Return a program or library with zeros for a signature behind it, and where they begin.

    `size_of` tells the signature's size when it is told that place. Room that is there already, and is
    large enough, is used again.
    """
    image = read(data)
    room = signature_of(data, image)
    if room is not None and room[1] >= size_of(room[0]) and sum(room) == len(data):
        return bytearray(data[: room[0]] + bytes(room[1])), room[0]
    bare = bytearray(unsigned(data))
    image = read(bare)
    end = HEADER.size + image.commands_size
    first = min((one.first_section for one in image.segments if one.first_section), default=0)
    if first and end + COMMAND > first:
        raise NotMachO("There is no room in its header to name a signature.")
    bare += bytes(-len(bare) % 16)
    begin = len(bare)
    size = size_of(begin) + -size_of(begin) % 16
    struct.pack_into("<4I", bare, end, LC_CODE_SIGNATURE, COMMAND, begin, size)
    _count(bare, image, 1, COMMAND)
    bare += bytes(size)
    stretch(bare, image)
    return bare, begin


def stretch(data: bytearray, image: Image) -> None:
    """Let the last segment, __LINKEDIT, reach to the end of the file."""
    last = image.segment(LINKEDIT)
    size = len(data) - last.offset
    struct.pack_into("<Q", data, last.at + 32, size + -size % PAGE)
    struct.pack_into("<Q", data, last.at + 48, size)


def _count(data: bytearray, image: Image, commands: int, size: int) -> None:
    struct.pack_into("<II", data, 16, len(image.commands) + commands, image.commands_size + size)


def _renew_uuid(data: bytearray, command: Command | None, payload: bytes) -> None:
    if command is not None:
        here = slice(command.at + 8, command.at + 24)
        data[here] = hashlib.sha256(payload + data[here]).digest()[:16]
