"""Files that make the program large."""

from __future__ import annotations

from collections.abc import Iterator

from launcher.packager.app_layer import AppLayer
from launcher.packager.warnings.notice import Notice

LARGE = 100_000_000  # bytes


def look(layer: AppLayer) -> Iterator[Notice]:
    """Look for files of more than 100 MB; each user gets a copy."""
    for name in layer.files:
        size = (layer.source / name).stat().st_size
        if size > LARGE:
            yield Notice(
                f"{name} has {size / 1e6:.0f} MB",
                f"{layer.source / name} travels with the app and is copied for each user at the first start.",
                "If the app does not need it, name it in exclude of [tool.launcher.files].",
            )
