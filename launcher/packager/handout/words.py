"""The words of the page in each language, and how they are filled in."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from launcher import paths

FIRST = "en"  # what stands there before a script has run, and where there is none
LANGUAGES = (FIRST, "es", "de", "fr", "pt-BR", "hi", "zh-Hans")
SMALLEST = 7.0  # pixels of the letters in a drawing
_VALUE = re.compile(r"\{(\w+)\}")

Words = Mapping[str, str]


@cache
def all_words() -> Mapping[str, Words]:
    """Return the words by language."""
    folder = paths.bundled("build") / "handout" / "words"
    return {tag: json.loads((folder / f"{tag}.json").read_text(encoding="utf-8")) for tag in LANGUAGES}


def fill(text: str, values: Words, words: Words) -> str:
    """Fill in a text: with values, and with other words of the same language."""

    def value_of(found: re.Match[str]) -> str:
        name = found[1]
        return values[name] if name in values else fill(words[name], values, {})

    return _VALUE.sub(value_of, text)


def size_for(text: str, size: float, width: float) -> float:
    """Return the size at which a text of a drawing fits into a width, at most `size`."""
    needed = size * sum(_width(sign) for sign in text)
    return size if needed <= width else max(SMALLEST, round(size * width / needed, 1))


def _width(sign: str) -> float:
    """Return roughly how wide a letter is, in parts of its height; the page's script does the same."""
    if unicodedata.east_asian_width(sign) in ("W", "F"):
        return 1.0
    return 0.58
