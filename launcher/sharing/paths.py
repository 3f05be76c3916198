"""Paths that are the owner's alone, whatever way a guest writes them.

The app decides in its own way what a path means, and so may a layer in front of it: letters of either case,
slashes doubled, steps up, a path written with percent signs twice. A path is the owner's if it is so in any
of these readings; rather one too many is refused than one too few.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import lru_cache
from urllib.parse import unquote

DECODINGS = 3  # of percent signs; what is written so more often, nobody reads
LONGEST = 2048  # letters of a path that is worth the looking; a longer one is refused
SLASHES = re.compile(r"[/\\]+")
PARAMETERS = re.compile(r";[^/]*")


@lru_cache(256)
def is_owners(path: str, patterns: tuple[str, ...]) -> bool:
    """Tell whether a path, decoded once as the app gets it, matches a pattern in any reading."""
    if not patterns or len(path) > LONGEST:
        return bool(patterns)
    wanted = {one for pattern in patterns for one in _forms(pattern)}
    return any(fnmatchcase(form, pattern) for form in readings(path) for pattern in wanted)


@lru_cache(256)
def is_below(path: str, folder: str) -> bool:
    """Tell whether a path is below a folder in any reading."""
    return any(form.startswith(folder) for form in readings(path[:LONGEST]))


def readings(path: str) -> set[str]:
    """Return the plain forms that a path may be read as."""
    found: set[str] = set()
    for text in _decoded(path):
        for one in (text, PARAMETERS.sub("", text), _without_controls(text)):
            found.update(_forms(one))
    return found


def _decoded(path: str) -> Iterator[str]:
    """Yield a path as it came and as often decoded as anybody would, bytes taken for UTF-8 as apps do."""
    for _ in range(DECODINGS + 1):
        yield path
        yield path.encode("latin-1", "replace").decode("utf-8", "replace")
        path = unquote(path, encoding="latin-1")


def _without_controls(text: str) -> str:
    return "".join(letter for letter in text if not unicodedata.category(letter).startswith(("C", "Z")))


def _forms(text: str) -> Iterator[str]:
    """Yield a path in small letters with single slashes: as it stands, and with its steps up taken."""
    flat = SLASHES.sub("/", f"/{unicodedata.normalize('NFKC', text).casefold()}")
    for one in (flat, posixpath.normpath(flat)):
        bare = one.rstrip("/") or "/"
        yield bare
        yield bare if bare == "/" else f"{bare}/"
