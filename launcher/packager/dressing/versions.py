"""What Windows shows of a program under Properties, Details: VERSIONINFO, as Microsoft describes it."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable

LONGEST = 255  # characters; the whole block has to stay under 64 kB
MOST = 0xFFFF  # of each part of a numeric version
FIXED = struct.Struct("<13I")
SIGNATURE, STRUCTURE = 0xFEEF04BD, 0x00010000
FLAGS_MASK, FOR_WINDOWS_NT, IS_APPLICATION = 0x3F, 0x00040004, 1
ENGLISH, UNICODE = 0x0409, 1200  # what the texts are registered under; they may be in any language
BINARY, TEXT = 0, 1


def numeric(version: str) -> tuple[int, int, int, int]:
    """Return a version as the four numbers that Windows compares: of 1.4.0rc2 it is 1.4.0.0.

    Its leading numbers count, as far as they are joined by dots. A number larger than Windows has room for
    becomes the largest.
    """
    leading = re.match(r"[vV]?(\d+(?:\.\d+)*)", version)
    parts = [min(int(part), MOST) for part in leading[1].split(".")[:4]] if leading else []
    first, second, third, fourth = (*parts, 0, 0, 0, 0)[:4]
    return first, second, third, fourth


def block(version: str, texts: Iterable[tuple[str, str]]) -> bytes:
    """Return the resource for a version and named texts; empty ones are left out."""
    first, second, third, fourth = numeric(version)
    number = (first << 16 | second, third << 16 | fourth)
    fixed = FIXED.pack(
        *(SIGNATURE, STRUCTURE, *number, *number),
        *(FLAGS_MASK, 0, FOR_WINDOWS_NT, IS_APPLICATION, 0, 0, 0),
    )
    strings = [_node(name, _text(text), kind=TEXT) for name, text in texts if text]
    table = _node(f"{ENGLISH:04X}{UNICODE:04X}", b"", strings)
    translation = _node("Translation", struct.pack("<HH", ENGLISH, UNICODE))
    return _node(
        "VS_VERSION_INFO",
        fixed,
        [_node("StringFileInfo", b"", [table]), _node("VarFileInfo", b"", [translation], kind=TEXT)],
        kind=BINARY,
    )


def _text(text: str) -> bytes:
    return text[:LONGEST].encode("utf-16-le", "replace") + b"\0\0"


def _node(name: str, value: bytes, children: Iterable[bytes] = (), kind: int | None = None) -> bytes:
    """Return one block: lengths and kind, name, value and what belongs to it, each at a multiple of 4."""
    if kind is None:
        kind = BINARY if value else TEXT
    body = _padded(bytes(6) + name.encode("utf-16-le") + b"\0\0") + value
    for child in children:
        body = _padded(body) + child
    # The length of a text is counted in characters.
    return struct.pack("<HHH", len(body), len(value) // (2 if kind == TEXT else 1), kind) + body[6:]


def _padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % 4)
