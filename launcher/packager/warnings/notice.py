"""A warning as a value, and how several places become one of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SHOWN = 3  # places named in one warning


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning: what it is about, where it was seen, and what to do."""

    title: str
    detail: str
    todo: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Sighting:
    """A place where something was seen: what it is about, the file and the line."""

    about: str
    file: str
    line: int
    words: str = ""

    @property
    def place(self) -> str:
        """Name the place for people."""
        return f"{self.file}, line {self.line}"


def grouped(sightings: Iterable[Sighting]) -> Iterator[tuple[str, str, list[Sighting]]]:
    """Yield each thing that was seen, with its places as one text and as values."""
    found: dict[str, dict[tuple[str, int], Sighting]] = {}
    for one in sightings:
        found.setdefault(one.about, {}).setdefault((one.file, one.line), one)
    for about, places in found.items():
        several = list(places.values())
        yield about, places_of(several), several


def places_of(sightings: list[Sighting]) -> str:
    """Name places for people, the first few of them."""
    words = "; ".join(
        f"{one.place}: {one.words}" if one.words else one.place for one in sightings[:SHOWN]
    )
    rest = len(sightings) - SHOWN
    return f"{words}; and {rest} more" if rest > 0 else words
