"""`python3.dll`: what compiled modules for every Python 3 link to, passing each name on to the one there is.

Wheels with the tag `abi3` ask for it, and a Python without it cannot import them. It has no code of its own:
a library of Windows may say of a name that it is another library's. So it is written here, as the format of
portable executables describes (headers, one section with the export directory), and is the same every time.
"""

from __future__ import annotations

import struct
from pathlib import Path

import lief

NAME = "python3.dll"
FILE_ALIGNMENT, SECTION_ALIGNMENT = 0x200, 0x1000
HEADERS = 0x400
MACHINE, MAGIC = 0x8664, 0x20B  # x86-64, PE32+
CHARACTERISTICS = 0x2022  # executable image, large addresses, library
DLL_CHARACTERISTICS = 0x0160  # high-entropy addresses, dynamic base, no code in data
READABLE_DATA = 0x40000040
DIRECTORIES = 16


def write(library: Path, place: Path) -> None:
    """Write at `place` the library that passes every name on to Python's own."""
    names = exports_of(library)
    place.write_bytes(forwarder(NAME, library.stem, names))


def exports_of(library: Path) -> list[str]:
    """List the names that a library of Windows exports."""
    binary = lief.PE.parse(str(library))
    found = binary.get_export() if binary is not None else None
    if found is None:
        return []
    return sorted({str(entry.name) for entry in found.entries if entry.name})


def forwarder(name: str, target: str, names: list[str]) -> bytes:
    """Return a library called `name` that passes `names`, which are sorted, on to `target`."""
    section = _exports(name, target, names, SECTION_ALIGNMENT)
    raw = _aligned(len(section), FILE_ALIGNMENT)
    image = SECTION_ALIGNMENT + _aligned(len(section), SECTION_ALIGNMENT)
    optional = struct.pack(
        "<HBBIIIIIQIIHHHHHHIIIIHHQQQQII",
        *(MAGIC, 14, 0, 0, raw, 0, 0, 0, 0x180000000, SECTION_ALIGNMENT, FILE_ALIGNMENT),
        *(6, 0, 0, 0, 6, 0, 0, image, HEADERS, 0, 2, DLL_CHARACTERISTICS),
        *(0x100000, 0x1000, 0x100000, 0x1000, 0, DIRECTORIES),
    )
    # Of all directories it has the first: that of exports.
    optional += struct.pack("<II", SECTION_ALIGNMENT, len(section)) + bytes(8 * (DIRECTORIES - 1))
    dos = b"MZ" + bytes(58) + struct.pack("<I", 64)
    coff = struct.pack("<HHIIIHH", MACHINE, 1, 0, 0, 0, len(optional), CHARACTERISTICS)
    header = struct.pack(
        "<8sIIIIIIHHI", b".edata", len(section), SECTION_ALIGNMENT, raw, HEADERS, 0, 0, 0, 0, READABLE_DATA
    )
    headers = dos + b"PE\0\0" + coff + optional + header
    return headers.ljust(HEADERS, b"\0") + section.ljust(raw, b"\0")


def _exports(name: str, target: str, names: list[str], base: int) -> bytes:
    """Return the export directory with its tables and texts, as it lies at `base` in memory."""
    count = len(names)
    functions = base + 40
    pointers, ordinals = functions + 4 * count, functions + 8 * count
    texts, start = bytearray(), ordinals + 2 * count
    places: dict[str, int] = {}
    for text in (name, *names, *(f"{target}.{one}" for one in names)):
        places[text] = start + len(texts)
        texts += text.encode("ascii") + b"\0"
    directory = struct.pack(
        "<IIHHIIIIIII", 0, 0, 0, 0, places[name], 1, count, count, functions, pointers, ordinals
    )
    return b"".join(
        (
            directory,
            struct.pack(f"<{count}I", *(places[f"{target}.{one}"] for one in names)),
            struct.pack(f"<{count}I", *(places[one] for one in names)),
            struct.pack(f"<{count}H", *range(count)),
            bytes(texts),
        )
    )


def _aligned(size: int, to: int) -> int:
    return -(-size // to) * to
