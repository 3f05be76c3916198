"""The mark that Windows puts on what came from the internet, taken off our own files.

Whoever unpacks a downloaded archive with the Explorer gets the mark on every file, as a second stream of it.
.NET loads no library that bears it, of which one makes the window, and says something else.
The user has chosen to run the program by then; the mark on its parts guards nobody any more.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

STREAM = ":Zone.Identifier"
LOADED = (".dll", ".exe", ".pyd")


def remove(program: Path, folders: Iterable[Path]) -> int:
    """Take the mark off a program and off what it loads from its own folders; return how many had it.

    Where the program has none, nothing else is looked at. Its own goes last: what is cut short is done again.
    """
    if not _is_marked(program):
        return 0
    loaded = [
        Path(place) / name
        for folder in folders
        for place, _, files in os.walk(folder)
        for name in files
        if name.lower().endswith(LOADED)
    ]
    return sum(_unmark(path) for path in (*loaded, program))


def _is_marked(path: Path) -> bool:
    # Not `exists`: not every way of asking knows streams, but all that opens a file does.
    with suppress(OSError), open(f"{path}{STREAM}", "rb"):
        return True
    return False


def _unmark(path: Path) -> bool:
    with suppress(OSError):  # there is none, or the file is not this user's to change
        os.remove(f"{path}{STREAM}")
        return True
    return False
