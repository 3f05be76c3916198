"""For which system and processor a file is a program or a library, told by its first bytes."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from launcher.packager.platforms import LINUX, MACOS, WINDOWS, Platform

MZ, PE, ELF = b"MZ", b"PE\0\0", b"\x7fELF"
WHERE_PE_BEGINS = 0x3C
# Of PE: where the header of each width has its table of parts, and which of them is .NET's.
TABLES = {0x10B: 96, 0x20B: 112}
NET = 14
WIDE, BIG = 2, 2  # marks of ELF: 64 bits, and the other order of bytes
# Magic numbers of Mach-O: the order of bytes, and whether it is 64 bits wide.
MACH_O = {
    b"\xfe\xed\xfa\xce": ">",
    b"\xfe\xed\xfa\xcf": ">",
    b"\xce\xfa\xed\xfe": "<",
    b"\xcf\xfa\xed\xfe": "<",
}
FAT, FAT_WIDE = b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf"
MOST_SLICES = 20  # Java's classes begin alike, with a version that is larger
# Processors by the numbers of each format, called as platforms call them.
X86 = 0x14C
PE_MACHINES = {0x8664: "x86_64", 0xAA64: "arm64", X86: "x86", 0x1C4: "arm"}
ELF_MACHINES = {62: "x86_64", 183: "arm64", 3: "x86", 40: "arm", 243: "riscv", 21: "ppc64", 22: "s390x"}
MACH_MACHINES = {0x1000007: "x86_64", 0x100000C: "arm64", 7: "x86", 12: "arm"}
SAME = {"aarch64": "arm64", "amd64": "x86_64"}  # what a machine may call itself


@dataclass(frozen=True, slots=True)
class Kind:
    """The system that a binary is for, and its processors: several where it is made for several."""

    system: str
    machines: tuple[str, ...]

    def suits(self, platform: Platform) -> bool:
        """Tell whether a platform can load it."""
        return self.system == platform.system and machine_of(platform) in self.machines

    @property
    def told(self) -> str:
        """Say it, as in `linux-x86_64`."""
        return " and ".join(f"{self.system}-{machine}" for machine in self.machines)


def machine_of(platform: Platform) -> str:
    """Return the processor of a platform, by the name that all systems share here."""
    return SAME.get(platform.machine, platform.machine)


def kind_of(path: Path) -> Kind | None:
    """Return for what a file is a program or a library; None where it is none."""
    try:
        with path.open("rb") as file:
            head = file.read(64)
            if head[:2] == MZ:
                return _pe(file, head)
            if head[:4] == ELF:
                order = ">" if head[5] == BIG else "<"
                return Kind(LINUX, (_named(ELF_MACHINES, struct.unpack_from(f"{order}H", head, 18)[0]),))
            if head[:4] in MACH_O:
                number = struct.unpack_from(f"{MACH_O[head[:4]]}I", head, 4)[0]
                return Kind(MACOS, (_named(MACH_MACHINES, number),))
            return _fat(file, head) if head[:4] in (FAT, FAT_WIDE) else None
    except (OSError, struct.error, IndexError):
        return None


def _pe(file: BinaryIO, head: bytes) -> Kind | None:
    """Read on where the old header points to: programs of DOS have no other, and are none of ours."""
    file.seek(struct.unpack_from("<I", head, WHERE_PE_BEGINS)[0])
    data = file.read(24 + 112 + 8 * (NET + 1))
    mark, number = struct.unpack_from("<4sH", data)
    if mark != PE:
        return None
    table = TABLES.get(struct.unpack_from("<H", data, 24)[0], 112)
    place = 24 + table + 8 * NET
    is_net = len(data) >= place + 8 and struct.unpack_from("<I", data, place)[0] != 0
    # What is compiled for .NET bears the number of the oldest processor, and runs on all.
    every = tuple(PE_MACHINES.values())
    return Kind(WINDOWS, every if is_net and number == X86 else (_named(PE_MACHINES, number),))


def _fat(file: BinaryIO, head: bytes) -> Kind | None:
    count = struct.unpack_from(">I", head, 4)[0]
    if not 0 < count < MOST_SLICES:
        return None
    size = 20 if head[:4] == FAT else 32
    file.seek(8)
    table = file.read(count * size)
    numbers = (struct.unpack_from(">I", table, place * size)[0] for place in range(count))
    return Kind(MACOS, tuple(_named(MACH_MACHINES, number) for number in numbers))


def _named(machines: dict[int, str], number: int) -> str:
    return machines.get(number, f"processor-{number:#x}")
