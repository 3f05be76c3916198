"""Reading Mach-O: what a program or library of macOS says of itself, and where it says it.

Only what has to be known for changing one: `launcher.packager.macho` writes into the very places that are
found here. Names are those of Apple's <mach-o/loader.h> and <mach-o/fat.h>.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from launcher.errors import BuildError

MACHINES = {"x86_64": 0x0100_0007, "arm64": 0x0100_000C}
PAGE = 0x4000  # of memory, on arm64; on x86_64 it is a fourth of that, and Apple rounds to this one as well
EXECUTE, DYLIB, BUNDLE = 2, 6, 8  # what is loaded, and so has to be signed
LOADED = (EXECUTE, DYLIB, BUNDLE)

MAGIC, FAT_MAGIC = b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"
MAGICS = (MAGIC, FAT_MAGIC)
MOST_SLICES = 16  # the classes of Java begin with the same bytes, and then with a version from 45 on
HEADER = struct.Struct("<4sIIIIIII")
LC_SEGMENT_64, LC_SYMTAB, LC_UUID, LC_CODE_SIGNATURE = 0x19, 0x2, 0x1B, 0x1D
LC_VERSION_MIN_MACOSX, LC_BUILD_VERSION = 0x24, 0x32
TEXT, LINKEDIT = "__TEXT", "__LINKEDIT"


Data = bytes | bytearray


class NotMachO(BuildError):
    """A file is no program or library of macOS, or is not whole."""


@dataclass(frozen=True, slots=True)
class Command:
    """One load command, and where it stands."""

    kind: int
    at: int
    size: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the file that is mapped into memory, and where its command stands."""

    name: str
    at: int
    offset: int
    size: int
    first_section: int  # where the content of the first one that has any begins; 0 where none has


@dataclass(frozen=True, slots=True)
class Image:
    """What one machine's Mach-O says of itself."""

    machine: str
    kind: int
    commands_size: int
    commands: tuple[Command, ...]
    segments: tuple[Segment, ...]

    def find(self, kind: int) -> Command | None:
        """Return the first load command of a kind."""
        return next((one for one in self.commands if one.kind == kind), None)

    def segment(self, name: str) -> Segment:
        """Return a segment by its name."""
        for one in self.segments:
            if one.name == name:
                return one
        raise NotMachO(f"There is no segment {name} in it.")


def slices(data: Data) -> dict[str, tuple[int, int]]:
    """Return offset and size of each machine's Mach-O in a file; nothing for a file of another kind."""
    if data[:4] == MAGIC:
        return {_machine(data): (0, len(data))}
    if data[:4] != FAT_MAGIC or len(data) < 8:
        return {}
    count = struct.unpack_from(">I", data, 4)[0]
    if count > MOST_SLICES:
        return {}
    found: dict[str, tuple[int, int]] = {}
    for number in range(count):
        kind, _, offset, size, _ = _unpacked(">5I", data, 8 + 20 * number)
        if data[offset : offset + 4] != MAGIC or offset + size > len(data):
            continue  # 32 bits, which nothing of today runs
        named = next((name for name, known in MACHINES.items() if known == kind), None)
        if named is not None:
            found.setdefault(named, (offset, size))  # arm64e, Apple's own variant, comes after
    return found


def read(data: Data) -> Image:
    """Read the Mach-O of one machine; raises NotMachO for anything else."""
    if data[:4] != MAGIC:
        raise NotMachO("It is no program or library of macOS for one machine of 64 bits.")
    _, _, _, kind, count, size, _, _ = _unpacked(HEADER.format, data, 0)
    commands = tuple(_commands(data, count, HEADER.size + size))
    segments = tuple(_segment(data, one) for one in commands if one.kind == LC_SEGMENT_64)
    return Image(_machine(data), kind, size, commands, segments)


def minimum_system(data: Data) -> tuple[int, int] | None:
    """Return the oldest macOS that a Mach-O of one machine asks for, or None where it asks for none."""
    image = read(data)
    for kind, at in ((LC_BUILD_VERSION, 12), (LC_VERSION_MIN_MACOSX, 8)):
        command = image.find(kind)
        if command is not None:
            version = _unpacked("<I", data, command.at + at)[0]
            return version >> 16, version >> 8 & 0xFF
    return None


def signature_of(data: Data, image: Image) -> tuple[int, int] | None:
    """Return where the room for a signature lies, and its size, or None where there is none."""
    command = image.find(LC_CODE_SIGNATURE)
    if command is None:
        return None
    offset, size = _unpacked("<II", data, command.at + 8)
    if offset + size > len(data):
        raise NotMachO("Its signature is cut off.")
    return offset, size


def _commands(data: Data, count: int, end: int) -> Iterator[Command]:
    at = HEADER.size
    for _ in range(count):
        kind, size = _unpacked("<II", data, at)
        if size < 8 or at + size > end:
            raise NotMachO("Its load commands are damaged.")
        yield Command(kind, at, size)
        at += size


def _segment(data: Data, command: Command) -> Segment:
    name = bytes(data[command.at + 8 : command.at + 24]).rstrip(b"\0").decode("ascii", "replace")
    _, _, offset, size, _, _, count, _ = _unpacked("<QQQQIIII", data, command.at + 24)
    starts = [_unpacked("<I", data, command.at + 72 + 80 * number + 48)[0] for number in range(count)]
    first = min((start for start in starts if start), default=0)
    return Segment(name, command.at, offset, size, first)


def _machine(data: Data) -> str:
    kind = _unpacked("<I", data, 4)[0]
    return next((name for name, known in MACHINES.items() if known == kind), f"0x{kind:x}")


def _unpacked(form: str, data: Data, at: int) -> tuple[int, ...]:
    try:
        return struct.unpack_from(form, data, at)
    except struct.error as error:
        raise NotMachO("It is cut off.") from error
