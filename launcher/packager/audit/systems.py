"""What every machine of a system has: tables that lie with the recipes, each with its source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from launcher import paths
from launcher.packager.platforms import WINDOWS

TABLES = "systems"


def is_of(system: str, library: str) -> bool:
    """Tell whether a library is a part of a system; on Windows however its name is spelt."""
    names, pattern = _table(system)
    name = library.lower() if system == WINDOWS else library
    return name in names or pattern.fullmatch(name) is not None


@cache
def _table(system: str) -> tuple[frozenset[str], re.Pattern[str]]:
    """Read a table: names as they are, and those with a star as patterns."""
    text = (paths.bundled("build") / TABLES / f"{system}.txt").read_text(encoding="utf-8")
    words = frozenset(_words(text))
    patterns = [re.escape(word).replace(r"\*", ".*") for word in sorted(words) if "*" in word]
    return words, re.compile("|".join(patterns) or r"(?!)")


def _words(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield from line.partition("#")[0].split()
