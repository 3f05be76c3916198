"""What builds lay beside programs for friends: known by what is in it, and not by its name."""

from __future__ import annotations

import re
from pathlib import Path

from launcher.packager import platforms
from launcher.packager.app_layer.travel import ARTIFACTS, BUILT

# In the head of every page for friends.
MARK = '<meta name="generator" content="flask-launcher">'
HEAD = 2000  # signs in which it stands
SUMS = "SHA256SUMS"
_ARTIFACT = f"-(?:{'|'.join(map(re.escape, platforms.TAGS))})(?:{'|'.join(map(re.escape, ARTIFACTS))})"
_LINE = re.compile(f"[0-9a-f]{{64}} [ *].+{_ARTIFACT}")


def why(path: Path) -> str:
    """Tell why a file is no part of the app: it is a page of ours, or sums of what was built."""
    name = path.name.removesuffix(".asc")
    if not (name.endswith((".html", SUMS)) and path.with_name(name).is_file()):
        return ""
    try:
        with path.with_name(name).open(encoding="utf-8") as file:
            head = file.read(HEAD)
    except (OSError, ValueError):
        return ""
    if name.endswith(".html"):
        return BUILT if MARK in head and path.name == name else ""
    return BUILT if _LINE.fullmatch(head.partition("\n")[0]) else ""
