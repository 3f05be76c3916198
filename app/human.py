"""Sizes, times and initials as people read them."""

from __future__ import annotations

import time
import unicodedata

from flask import Flask

TILE_COLOURS = 6


def size(number: object) -> str:
    """Write a number of bytes: 1 234 567 -> 1.2 MB."""
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        return "?"
    amount = float(max(0, number))
    if amount < 1000:
        return f"{amount:.0f} bytes"
    units = iter(("kB", "MB", "GB"))
    unit = next(units)
    amount /= 1000
    while amount >= 999.5 and unit != "GB":
        amount, unit = amount / 1000, next(units)
    return f"{amount:.1f} {unit}" if amount < 9.95 else f"{amount:.0f} {unit}"


def ago(moment: float, now: float | None = None) -> str:
    """Write how long ago a moment was, roughly."""
    seconds = max(0.0, (time.time() if now is None else now) - moment)
    for length, word in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        count = int(seconds // length)
        if count > 60 and word == "day":
            return time.strftime("on %d %B %Y", time.localtime(moment))
        if count:
            return f"{count} {word}{'s' if count > 1 else ''} ago"
    return "just now"


def initials(name: str) -> str:
    """Return one or two letters that stand for a name."""
    spaced = "".join(sign if sign.isalnum() else " " for sign in name)
    words = unicodedata.normalize("NFC", spaced).split()
    if not words:
        return "?"
    if len(words) > 1:
        return (words[0][0] + words[1][0]).upper()
    return words[0][0].upper() + words[0][1:2].lower()


def tile(key: str) -> int:
    """Return which of the tile colours belongs to a key."""
    return sum(key.encode("utf-8", "replace")) % TILE_COLOURS


def register(app: Flask) -> None:
    """Give the templates these words."""
    for filter in (size, ago, initials, tile):
        app.add_template_filter(filter)
