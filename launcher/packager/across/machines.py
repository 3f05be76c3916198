"""Which system and machine a library or program is for, by the first bytes of its file."""

from __future__ import annotations

import struct
from pathlib import Path

from launcher.packager.platforms import LINUX, MACOS, WINDOWS, Platform

HEAD = 4096  # bytes that hold all headers
_PE = {0x8664: "x86_64", 0xAA64: "arm64", 0x14C: "x86"}
_ELF = {62: "x86_64", 183: "aarch64", 3: "x86", 40: "arm"}
_MACH = {0x01000007: "x86_64", 0x0100000C: "arm64"}
_THIN, _FAT = b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"
_MOST_SLICES = 16  # classes of Java begin with the same bytes, and then with a larger number
_CLR = 14  # the directory of a PE file that those of .NET have
NEUTRAL = "any"  # .NET compiles for the machine it runs on


def machines_of(path: Path) -> frozenset[tuple[str, str]]:
    """Return the systems and machines that a file is for; none where it is neither library nor program."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head[:4] == b"\x7fELF":
        machine = struct.unpack_from("<H", head, 18)[0]
        return frozenset([(LINUX, _ELF.get(machine, f"machine {machine}"))])
    if head[:2] == b"MZ":
        return _of_windows(head)
    if head[:4] == _THIN:
        return _named([struct.unpack_from("<I", head, 4)[0]])
    if head[:4] == _FAT and struct.unpack_from(">I", head, 4)[0] <= _MOST_SLICES:
        count = struct.unpack_from(">I", head, 4)[0]
        return _named([struct.unpack_from(">I", head, 8 + 20 * number)[0] for number in range(count)])
    return frozenset()


def is_for(path: Path, platform: Platform) -> bool:
    """Tell whether a file can be loaded on a platform; one that is no binary is for all."""
    found = machines_of(path)
    wanted = {(platform.system, platform.machine), (platform.system, NEUTRAL)}
    return not found or not wanted.isdisjoint(found)


def _of_windows(head: bytes) -> frozenset[tuple[str, str]]:
    at = struct.unpack_from("<I", head, 60)[0] if len(head) >= 64 else len(head)
    if head[at : at + 4] != b"PE\0\0" or len(head) < at + 264:
        return frozenset()
    machine, magic = struct.unpack_from("<H", head, at + 4)[0], struct.unpack_from("<H", head, at + 24)[0]
    directories = at + 24 + (112 if magic == 0x20B else 96)
    has_code_of_net = any(struct.unpack_from("<II", head, directories + 8 * _CLR))
    name = _PE.get(machine, f"machine {machine}")
    return frozenset([(WINDOWS, NEUTRAL if has_code_of_net and name == "x86" else name)])


def _named(kinds: list[int]) -> frozenset[tuple[str, str]]:
    return frozenset((MACOS, _MACH.get(kind, f"machine {kind}")) for kind in kinds)
