"""Small projects, written where a test needs them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

WriteFiles = Callable[[Mapping[str, str]], Path]


def write_into(folder: Path, files: Mapping[str, str]) -> Path:
    """Write texts by their names into a folder, whatever folders that takes, and return it."""
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return folder


def writer_into(folder: Path) -> WriteFiles:
    """Return a function that writes files into one folder and returns it."""
    return partial(write_into, folder)
