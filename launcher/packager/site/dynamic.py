"""What a Linux library or program links to, read from its dynamic section."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

MAGIC = b"\x7fELF"
LARGEST = 1_000_000_000  # bytes
LOAD, DYNAMIC = 1, 2  # kinds of segments
END, NEEDED, STRINGS, NAME, RPATH, RUNPATH = 0, 1, 5, 14, 15, 29  # kinds of entries


@dataclass(frozen=True, slots=True)
class Links:
    """The libraries that a file needs, by name, the folders that it names for them, and its own name."""

    needed: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    name: str = ""
    machine: tuple[int, int] = (0, 0)  # word size and processor, as the format counts them


def links_of(path: Path) -> Links | None:
    """Return what a file links to; None where it is no library or program, or a broken one."""
    try:
        with path.open("rb") as file:
            if file.read(4) != MAGIC or path.stat().st_size > LARGEST:
                return None
        return _read(path.read_bytes())
    except (OSError, struct.error, IndexError, ValueError, OverflowError, StopIteration):
        return None


def _read(data: bytes) -> Links:
    wide, order = data[4] == 2, ">" if data[5] == 2 else "<"
    machine = (data[4], struct.unpack_from(f"{order}H", data, 0x12)[0])
    (start,) = struct.unpack_from(f"{order}{'Q' if wide else 'I'}", data, 0x20 if wide else 0x1C)
    size, count = struct.unpack_from(f"{order}HH", data, 0x36 if wide else 0x2A)
    loads, dynamic = [], None
    for number in range(count):
        place = start + number * size
        if wide:
            kind, _, offset, address, _, length = struct.unpack_from(f"{order}IIQQQQ", data, place)
        else:
            kind, offset, address, _, length = struct.unpack_from(f"{order}IIIII", data, place)
        if kind == LOAD:
            loads.append((address, offset, length))
        elif kind == DYNAMIC:
            dynamic = (offset, length)
    if dynamic is None:
        return Links(machine=machine)
    entries = _entries(data, *dynamic, wide=wide, order=order)
    strings = next(value for kind, value in entries if kind == STRINGS)
    base = next(strings - a + offset for a, offset, length in loads if a <= strings < a + length)
    texts = {
        kind: [_text(data, base + value) for found, value in entries if found == kind]
        for kind in (NEEDED, NAME, RPATH, RUNPATH)
    }
    paths = ":".join(texts[RUNPATH] or texts[RPATH])
    return Links(
        needed=tuple(texts[NEEDED]),
        paths=tuple(one for one in paths.split(":") if one),
        name="".join(texts[NAME][:1]),
        machine=machine,
    )


def _entries(data: bytes, offset: int, length: int, *, wide: bool, order: str) -> list[tuple[int, int]]:
    form = f"{order}{'qQ' if wide else 'iI'}"
    found = []
    for place in range(offset, offset + length, struct.calcsize(form)):
        kind, value = struct.unpack_from(form, data, place)
        if kind == END:
            break
        found.append((kind, value))
    return found


def _text(data: bytes, place: int) -> str:
    return data[place : data.index(b"\0", place)].decode("utf-8", "replace")
