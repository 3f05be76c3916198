"""Names that a system cannot have: refused before a friend's unpacking stops at them.

Windows keeps some words and letters for itself, as Microsoft's "Naming Files, Paths, and Namespaces" has it;
and for it, and for most Macs, two names that differ in small and large letters are one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from launcher.errors import BuildError
from launcher.packager.platforms import LINUX, WINDOWS, Platform

RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f]|[ .]$')
NAMED = 3  # in one message


def check(bundle: Path, platform: Platform) -> None:
    """Raise BuildError for names that cannot be, or cannot be beside each other, on a platform."""
    if platform.system == LINUX:
        return
    wrong = list(_wrong(bundle, platform))
    if wrong:
        more = f"; {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
        raise BuildError(
            f"{platform.system} cannot have these files: {'; '.join(wrong[:NAMED])}{more}.",
            "Rename them, or leave them out with exclude in [tool.launcher.files].",
        )


def _wrong(bundle: Path, platform: Platform) -> Iterator[str]:
    for folder, names, files in os.walk(bundle):
        names.sort()
        place = Path(folder).relative_to(bundle)
        known: dict[str, str] = {}
        for name in sorted((*names, *files)):
            if platform.system == WINDOWS and (RESERVED.fullmatch(name) or FORBIDDEN.search(name)):
                yield f"{(place / name).as_posix()}, by its name"
            twin = known.setdefault(name.casefold(), name)
            if twin != name:
                yield f"{(place / name).as_posix()} beside {twin}"
