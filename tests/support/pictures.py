"""QR codes as they stand in a terminal, read back."""

from __future__ import annotations

from collections.abc import Iterable

import segno

HALVES = {" ": (1, 1), "▀": (0, 1), "▄": (1, 0), "█": (0, 0)}  # dark is 1, above and below


def rows_in(lines: Iterable[str]) -> list[list[int]]:
    """Return the dark and light squares in lines of a terminal, each of which holds two rows."""
    read = [[HALVES[letter] for letter in line] for line in lines]
    return [[square[half] for square in line] for line in read for half in (0, 1)]


def rows_of(link: str) -> list[list[int]]:
    """Return the squares of the code of a link, with the light edge that a phone needs."""
    return [[int(bit) for bit in row] for row in segno.make_qr(link, error="l").matrix_iter(border=4)]
