"""What the audit of a bundle found that may not work: libraries that nobody has, binaries for elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from launcher.packager.audit import Audit
from launcher.packager.platforms import LINUX, Platform
from launcher.packager.warnings.notice import SHOWN, Notice

SITE = "layers/site/"


def look(audit: Audit, platform: Platform) -> Iterator[Notice]:
    """Look at what an audit found."""
    for library, asker in audit.lacking.items():
        if platform.is_here and platform.system == LINUX and asker.startswith(SITE):
            continue  # said already, with the distribution's name
        yield Notice(
            f"{library} is neither in the program nor part of {platform.system}",
            f"{asker} cannot be loaded without it.",
            "Leave out what needs it if the app works without, or take a version that brings it.",
        )
    if audit.foreign:
        paths = list(audit.foreign)
        rest = f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else ""
        yield Notice(
            f"The project has binaries that do not run on {platform.tag}",
            f"{', '.join(f'{path} ({audit.foreign[path]})' for path in paths[:SHOWN])}{rest}.",
            f"Put those for {platform.tag} beside them if the app starts or loads them there.",
        )
