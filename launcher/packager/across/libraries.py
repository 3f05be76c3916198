"""The libraries that come with a Python of another platform, by the projects that they are of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from launcher import paths
from launcher.packager.components import Component, Text
from launcher.packager.player_contents import LAYER


@dataclass(frozen=True, slots=True)
class _Project:
    """A project: how its files are called, its licence, and the text of that."""

    name: str
    files: re.Pattern[str]
    licence: str
    text: str


# Their texts lie beside the recipes, for no wheel brings them. What is part of Python's own files is under
# what Python's licence says of it.
_PROJECTS = (
    _Project("OpenSSL", re.compile(r"lib(ssl|crypto)[-.]3"), "Apache-2.0", "OpenSSL.txt"),
    _Project("OpenSSL", re.compile(r"lib(ssl|crypto)[-.]1[._]1"), "OpenSSL", "OpenSSL-1.1.txt"),
    _Project("libffi", re.compile(r"libffi[-.]"), "MIT", "libffi.txt"),
    _Project("SQLite", re.compile(r"(lib)?sqlite3\."), "blessing", "SQLite.txt"),
    _Project("ncurses", re.compile(r"lib(ncurses|panel)w?\."), "X11", "ncurses.txt"),
)


def described(binaries: Iterable[str]) -> list[tuple[Component, tuple[Text, ...]]]:
    """Describe the projects that some of these files are of."""
    names = list(binaries)
    folder = paths.bundled("build") / "player" / "libraries"
    return [
        (
            Component(one.name, "", LAYER, f"pkg:generic/{one.name.lower()}", one.licence),
            (Text(one.text, folder / one.text),),
        )
        for one in _PROJECTS
        if any(one.files.match(name) for name in names)
    ]
