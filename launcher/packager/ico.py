"""The icon of Windows: one picture in every size that it is shown in, as a file and as its parts."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image

SIDES = (16, 24, 32, 48, 64, 128, 256)
# As PNG only the largest: what reads icons on Windows, and makes installers for it, knows no other in PNG.
FIRST_AS_PNG = 256
HEADER, ENTRY = struct.Struct("<HHH"), struct.Struct("<BBBBHHI")
BITMAP, BITS = struct.Struct("<IiiHHIIiiII"), 32
KIND = 1  # an icon; 2 would be a cursor


@dataclass(frozen=True, slots=True)
class Frame:
    """One size of an icon: what its entry in a list says, and its picture."""

    entry: bytes  # without where the picture lies
    picture: bytes


def encode(image: Image.Image) -> bytes:
    """Return the file that holds a square picture in every size."""
    return _file(_frame(image, side) for side in SIDES)


def frames(content: bytes) -> tuple[Frame, ...]:
    """Return the sizes that an icon file holds."""
    found = []
    for index in range(HEADER.unpack_from(content)[2]):
        place = HEADER.size + index * (ENTRY.size + 4)
        entry = content[place : place + ENTRY.size]
        size = ENTRY.unpack(entry)[-1]
        (begin,) = struct.unpack_from("<I", content, place + ENTRY.size)
        found.append(Frame(entry, content[begin : begin + size]))
    return tuple(found)


def _frame(image: Image.Image, side: int) -> Frame:
    drawn = image.convert("RGBA").resize((side, side), Image.Resampling.LANCZOS)
    picture = _png(drawn) if side >= FIRST_AS_PNG else _bitmap(drawn, side)
    shown = side % 256  # 256 does not fit and is written as 0
    return Frame(ENTRY.pack(shown, shown, 0, 0, 1, BITS, len(picture)), picture)


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def _bitmap(image: Image.Image, side: int) -> bytes:
    """Return a bitmap as Windows has them: upside down, with the mask that alpha makes needless."""
    mask = bytes((side + 31) // 32 * 4 * side)
    pixels = image.tobytes("raw", "BGRA", 0, -1)
    header = BITMAP.pack(BITMAP.size, side, 2 * side, 1, BITS, 0, len(pixels) + len(mask), 0, 0, 0, 0)
    return header + pixels + mask


def _file(parts: Iterable[Frame]) -> bytes:
    several = tuple(parts)
    begin = HEADER.size + len(several) * (ENTRY.size + 4)
    listing = HEADER.pack(0, KIND, len(several))
    for frame in several:
        listing += frame.entry + struct.pack("<I", begin)
        begin += len(frame.picture)
    return listing + b"".join(frame.picture for frame in several)
