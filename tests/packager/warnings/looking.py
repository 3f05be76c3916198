"""Looking at files that a test writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from launcher.packager.warnings.notice import Notice
from launcher.packager.warnings.reading import Reading


def reading_of(folder: Path, files: Mapping[str, str]) -> Reading:
    """Write files and return the reading of them."""
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return Reading(folder, tuple(files))


def titles(look: Callable[[Reading], Iterable[Notice]], folder: Path, files: Mapping[str, str]) -> list[str]:
    """Return the titles of what one kind of warning says of files; every one says what to do."""
    found = list(look(reading_of(folder, files)))
    assert all(one.detail and one.todo for one in found)
    return [one.title for one in found]
