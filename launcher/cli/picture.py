"""A link as a picture in the terminal, to be photographed by a phone."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress

# White on black whatever the terminal's own colours are: not every phone reads it the other way round.
COLOURED, PLAIN = "\033[97;40m", "\033[0m"


def drawn(link: str) -> list[str]:
    """Return the lines of a QR code, two of its rows in each."""
    import segno  # here: no other command draws anything

    text = io.StringIO()
    segno.make_qr(link, error="l").terminal(text, compact=True)
    *lines, last = text.getvalue().splitlines()
    return [*lines, last.replace("▀", "█")]  # its lower half is no part of the picture, but of the edge


def fitting(link: str) -> str:
    """Return a QR code as it is written to standard output; nothing where that would not show it whole."""
    lines = drawn(link)
    return "".join(f"{COLOURED}{line}{PLAIN}\n" for line in lines) if _has_room(lines) else ""


def _has_room(lines: list[str]) -> bool:
    if not sys.stdout.isatty() or os.environ.get("TERM") == "dumb":
        return False
    with suppress(OSError, UnicodeEncodeError, LookupError):
        "".join(lines).encode(sys.stdout.encoding)
        room = os.get_terminal_size(sys.stdout.fileno())
        return room.columns >= len(lines[0]) and room.lines > len(lines)
    return False
