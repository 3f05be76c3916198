"""What tests keep between runs, since making it takes longer than most of them together."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def kept_folder() -> Path:
    """Return the folder for it: the one that `LAUNCHER_TEST_CACHE` names, else one of this user's."""
    chosen = os.environ.get("LAUNCHER_TEST_CACHE")
    user = os.getuid() if hasattr(os, "getuid") else "user"
    place = Path(chosen or Path(tempfile.gettempdir()) / f"flask-launcher-tests-{user}")
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place
