"""uWSGI."""

from __future__ import annotations

from pathlib import Path

from launcher.errors import MissingTool
from launcher.hosting.order import Hosting


def serve(order: Hosting, path: Path, known: tuple[str, str]) -> int:
    """Serve."""
    raise MissingTool("not yet")
