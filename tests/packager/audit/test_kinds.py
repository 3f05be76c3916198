"""For which system a binary is, is told by its content."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

import pytest

from launcher.packager import platforms
from launcher.packager.audit.kinds import kind_of
from launcher.packager.platforms import LINUX, MACOS, WINDOWS, Platform


def pe(machine: int, *, wide: bool = True, net: bool = False) -> bytes:
    """Write the headers of a program for Windows."""
    table = [(0, 0)] * 16
    table[14] = (0x2000, 72) if net else (0, 0)
    optional = struct.pack("<H", 0x20B if wide else 0x10B).ljust(112 if wide else 96, b"\0")
    optional += b"".join(struct.pack("<II", *entry) for entry in table)
    head = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x80)
    coff = struct.pack("<4sHHIIIHH", b"PE\0\0", machine, 1, 0, 0, 0, len(optional), 0)
    return head.ljust(0x80, b"\0") + coff + optional


def fat(*processors: int) -> bytes:
    """Write the table of a library for several processors of a Mac."""
    slices = b"".join(struct.pack(">5I", one, 0, 4096, 100, 12) for one in processors)
    return struct.pack(">4sI", b"\xca\xfe\xba\xbe", len(processors)) + slices


@pytest.mark.parametrize(
    ("content", "system", "machines"),
    [
        (pe(0x8664), WINDOWS, ("x86_64",)),
        (pe(0xAA64), WINDOWS, ("arm64",)),
        (pe(0x14C, wide=False), WINDOWS, ("x86",)),
        (struct.pack("<4sI", b"\xcf\xfa\xed\xfe", 0x100000C), MACOS, ("arm64",)),
        (fat(0x1000007, 0x100000C), MACOS, ("x86_64", "arm64")),
        (b"\x7fELF\x02\x01".ljust(18, b"\0") + struct.pack("<H", 183).ljust(46, b"\0"), LINUX, ("arm64",)),
    ],
)
def test_system_and_processors_are_read(
    content: bytes, system: str, machines: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(content)
    kind = kind_of(tmp_path / "file")
    assert kind is not None
    assert (kind.system, kind.machines) == (system, machines)


def test_what_is_compiled_for_net_runs_on_every_processor(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(pe(0x14C, wide=False, net=True))
    kind = kind_of(tmp_path / "file")
    assert kind is not None
    assert kind.suits(Platform(WINDOWS, "x86_64"))
    assert not kind.suits(Platform(LINUX, "x86_64"))


def test_this_python_is_for_this_machine(tmp_path: Path) -> None:
    kind = kind_of(Path(sys.executable).resolve())
    assert kind is not None
    assert kind.suits(platforms.here())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ",
        b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 2) + b"for DOS".ljust(200, b"\0"),
        b"\x7fELF",
        b"\xca\xfe\xba\xbe\x00\x00\x00\x34".ljust(100, b"\0"),  # a class of Java 8
        b"#!/bin/sh\n",
    ],
)
def test_what_is_no_binary_has_no_kind(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)
    assert kind_of(tmp_path / "file") is None
