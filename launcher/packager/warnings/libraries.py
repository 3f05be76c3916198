"""Libraries of this machine that compiled distributions link to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from launcher.packager.platforms import Platform
from launcher.packager.site import Site, linking
from launcher.packager.warnings.notice import Notice


def look(chosen: Site, player: Path | None, platform: Platform) -> Iterator[Notice]:
    """Look for libraries that come along from this machine, and for those that are not even here."""
    brought = linking.look((part.distribution for part in chosen.parts), player, platform)
    for distribution in dict.fromkeys(brought.wanted_by.values()):
        names = [name for name, wanted_by in brought.wanted_by.items() if wanted_by == distribution]
        yield Notice(
            f"{distribution} was compiled on this machine",
            f"It links to {', '.join(names)}, which come along and want a system as new as this one.",
            "Where there is a wheel of it that brings all it needs, install that: "
            f"pip install --force-reinstall --only-binary :all: {distribution}",
        )
    for one in brought.unfound:
        yield Notice(
            f"{one.library} is not on this machine",
            f"{one.file} of {one.distribution} links to it, and cannot be imported without it.",
            f"Install what {one.distribution} needs, or leave it out if the app works without.",
        )
