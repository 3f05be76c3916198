"""What the rehearsal saw that is of this system alone, where a program for another one is made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from launcher.packager.platforms import WINDOWS, Platform
from launcher.packager.rehearsal.facts import TEMPORARY, Facts
from launcher.packager.warnings.notice import Notice


def look(facts: Facts, platform: Platform) -> Iterator[Notice]:
    """Look for temporary files that are named by paths which Windows does not have."""
    if platform.system != WINDOWS or platform.is_here:
        return
    for path in dict.fromkeys(facts.fixed):
        names = ((by, name) for (kind, name), by in facts.by.items() if kind == TEMPORARY)
        by = next((by for by, name in names if path.endswith(f"/{name}")), "")
        yield Notice(
            f"The app writes to {path}",
            f"{f'{by}. ' if by else ''}Windows has no folder {PurePosixPath(path).parent}.",
            "Let it name the folder that each system has for it: tempfile.gettempdir(); or write beside the "
            "code, where what is kept is in the backups before an update.",
        )
