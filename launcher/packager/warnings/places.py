"""Paths of the developer's own machine, which no friend's machine has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from launcher.packager.warnings.notice import Notice, Sighting, grouped
from launcher.packager.warnings.reading import SCRIPTS, SETTINGS, Reading

# /home/anna/quiz, /Users/anna/quiz, C:\Users\anna\quiz
_POSIX_HOME = re.compile(r"/(?:home|Users)/[\w.-]+(?=/)")
_WINDOWS_HOME = re.compile(r"[A-Za-z]:[\\/]+Users[\\/]+[\w. -]+(?=[\\/])")
_QUOTED = re.compile(r"""["'=:]\s*((?:/|[A-Za-z]:[\\/])[^"'\s,;]+)""")
# A page of the app may well be called /home/news/today.
_ADDRESSES = re.compile(
    r"(?:^|\.)(?:route|get|post|put|delete|patch|head|open_url|add_url_rule|redirect|url_for|"
    r"startswith|endswith|Blueprint|Flask|print|info|debug|warning|error|urlopen|request)$"
)


def look(reading: Reading, project: Path) -> Iterator[Notice]:
    """Look for paths into somebody's home, and for the project's own absolute path."""
    seen = [*_in_code(reading, project), *_in_texts(reading, project)]
    for path, places, _ in grouped(seen):
        yield Notice(
            f"{path} is a path of this machine",
            f"{places}. No friend's machine has it.",
            "Start from where the code lies: Path(__file__).parent, or app.root_path.",
        )


def _in_code(reading: Reading, project: Path) -> Iterator[Sighting]:
    for code in reading.code():
        for text in code.texts:
            if not _ADDRESSES.search(text.within) and (path := _own(text.value, project)):
                yield Sighting(path, code.file, text.line)


def _in_texts(reading: Reading, project: Path) -> Iterator[Sighting]:
    for file, content in reading.texts(SETTINGS | SCRIPTS):
        if str(project) not in content and not _POSIX_HOME.search(content) and "sers" not in content:
            continue
        for number, line in enumerate(content.splitlines(), 1):
            if line.lstrip().startswith(("#", ";", "//", "*")):
                continue
            for match in _QUOTED.finditer(line):
                if path := _own(match[1], project):
                    yield Sighting(path, file, number)


def _own(text: str, project: Path) -> str:
    """Return the part of a path that belongs to one machine, or nothing."""
    for own in (project, Path.home()):
        is_below = text == str(own) or text.startswith((f"{own}/", f"{own}\\"))
        if is_below and len(own.parts) > 1:
            return str(own)
    found = _WINDOWS_HOME.match(text)
    if found:
        return found[0]
    found = _POSIX_HOME.match(text)
    # Without a file's suffix, or such a folder here, it may be an address of the app.
    if found and (PurePosixPath(text).suffix or Path(found[0]).is_dir()):
        return found[0]
    return ""
