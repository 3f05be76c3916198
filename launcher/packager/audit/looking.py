"""Looking through a bundle."""

from __future__ import annotations

from pathlib import Path

from launcher.packager.audit.findings import Audit
from launcher.packager.platforms import Platform


def look(bundle: Path, platform: Platform) -> Audit:
    """Read what every binary of a bundle asks for; raises BuildError for a binary of another system."""
    return Audit()
