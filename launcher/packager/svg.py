"""Which SVG may be drawn: one that names nothing outside of itself, and that no drawer chokes on.

The library that draws follows addresses of files, and takes any depth, any embedded picture and any filter
for granted. So the text is read first, by a parser that keeps nothing.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from urllib.parse import unquote_to_bytes
from xml.parsers import expat

DEEPEST = 200  # elements in one another
MOST_ELEMENTS = 50_000
MOST_OCTAVES = 16
_ADDRESS = re.compile(r"url\(\s*(['\"]?)\s*([^)'\"]*)", re.IGNORECASE)
_IMPORT = re.compile(r"@import", re.IGNORECASE)


class Unfit(Exception):
    """An SVG that is not drawn, and why."""


def check(text: str, check_picture: Callable[[bytes], None]) -> None:
    """Raise Unfit for what must not be drawn; `check_picture` looks at each picture that is embedded."""
    reader = _Reader(check_picture)
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.EntityDeclHandler = reader.entity
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise Unfit(str(error)) from error
    except RecursionError as error:  # of what an entity stands for
        raise Unfit("its entities are nested too deeply") from error


class _Reader:
    """Looks at elements as they come."""

    def __init__(self, check_picture: Callable[[bytes], None]) -> None:
        self.check_picture = check_picture
        self.depth = self.count = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.count += 1
        if self.depth > DEEPEST:
            raise Unfit(f"more than {DEEPEST} elements lie in one another")
        if self.count > MOST_ELEMENTS:
            raise Unfit(f"it has more than {MOST_ELEMENTS} elements")
        for key, value in attributes.items():
            if key.rpartition(":")[2].lower() == "href":
                self._address(name, value.strip())
            self.text(value)
        octaves = attributes.get("numOctaves", "1")
        if not re.fullmatch(r"\s*\d{1,2}\s*", octaves) or int(octaves) > MOST_OCTAVES:
            raise Unfit(f"numOctaves is more than {MOST_OCTAVES}")

    def end(self, name: str) -> None:
        self.depth -= 1

    def text(self, text: str) -> None:
        if _IMPORT.search(text) or any(not found[2].startswith("#") for found in _ADDRESS.finditer(text)):
            raise Unfit("its style names another file")

    def entity(self, name: str, is_parameter: bool, value: str | None, *rest: str | None) -> None:
        if value is None:
            raise Unfit(f"the entity {name} is another file")
        if "&" in value or "<" in value:
            raise Unfit(f"the entity {name} is more than plain text")

    def _address(self, element: str, value: str) -> None:
        if element.rpartition(":")[2] == "a" or value.startswith("#") or not value:
            return
        if not value.lower().startswith("data:"):
            raise Unfit(f"it names another file, {value[:80]!r}: a picture has to be in it")
        head, _, data = value.partition(",")
        if "svg" in head.lower():
            raise Unfit("another SVG is embedded in it")
        try:
            raw = unquote_to_bytes(data)
            self.check_picture(base64.b64decode(raw) if ";base64" in head.lower() else raw)
        except binascii.Error as error:
            raise Unfit("a picture that is embedded in it cannot be read") from error
