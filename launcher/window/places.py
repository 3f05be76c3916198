"""Where a window was and how large, kept in the app's folder, and corrected for the screens there are now."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from launcher import writing

FILE = "window.json"
SEEN = 80  # pixels of a window's upper edge that must be on a screen, so that it can be taken hold of


class Area(NamedTuple):
    """A rectangle, in the pixels of the desktop."""

    x: int
    y: int
    width: int
    height: int


class Place(NamedTuple):
    """Where a window is when it is not maximized, and whether it is."""

    x: int
    y: int
    width: int
    height: int
    is_maximized: bool = False

    @property
    def area(self) -> Area:
        return Area(self.x, self.y, self.width, self.height)


def load(folder: Path) -> Place | None:
    """Return the place that was kept; None where there is none, or none that could be."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
        numbers = [found[name] for name in ("x", "y", "width", "height")]
        is_maximized = found["is_maximized"]
        if all(type(number) is int and abs(number) < 100_000 for number in numbers):
            return Place(numbers[0], numbers[1], numbers[2], numbers[3], is_maximized is True)
    return None


def save(folder: Path, place: Place) -> None:
    """Keep a place; where that cannot be, the next start just opens in the middle."""
    with suppress(OSError):
        writing.write(folder / FILE, json.dumps(place._asdict()).encode())


def fitted(kept: Place | None, wanted: tuple[int, int], resizable: bool, screens: Sequence[Area]) -> Place:
    """Return where a window is to open: as it was left where that can be seen, else in the middle of one.

    `wanted` is the size that the project wants; a window that cannot be resized always has it.
    """
    if not screens:
        return kept or Place(0, 0, *wanted)
    size = (kept.width, kept.height) if kept is not None and resizable else wanted
    home = next((screen for screen in screens if kept is not None and _shows(screen, kept)), None)
    screen = home or screens[0]
    width, height = (min(own, room) for own, room in zip(size, screen[2:], strict=True))
    if not resizable:
        width, height = size
    maximized = kept is not None and kept.is_maximized and resizable
    if home is None or kept is None:
        x = screen.x + max(0, screen.width - width) // 2
        y = screen.y + max(0, screen.height - height) // 2
        return Place(x, y, width, height, maximized)
    x = max(screen.x, min(kept.x, screen.x + screen.width - width))
    y = max(screen.y, min(kept.y, screen.y + screen.height - height))
    return Place(x, y, width, height, maximized)


def _shows(screen: Area, place: Place) -> bool:
    """Tell whether enough of a window's upper edge is on a screen."""
    across = min(place.x + place.width, screen.x + screen.width) - max(place.x, screen.x)
    lowest = screen.y + screen.height - SEEN // 2
    return across >= min(SEEN, place.width) and screen.y - SEEN <= place.y < lowest
