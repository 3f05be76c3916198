"""What the rehearsal saw that a friend will meet otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from launcher.packager.app_layer import AppLayer
from launcher.packager.rehearsal import Facts
from launcher.packager.warnings.notice import Notice


def look(facts: Facts, layer: AppLayer) -> Iterator[Notice]:
    """Look for pages that end the app, and for files that it reads and does not take along."""
    for path in facts.fatal:
        yield Notice("A page ends the app", f"GET {path} ends the app's process; it was left out.")
    for one in layer.left:
        if one.path in facts.read:
            yield Notice(
                f"{one.path} stays behind",
                f"The app reads it, and it does not travel: {one.why}.",
                "What friends may have of it can go into env in [tool.launcher]; "
                "include in [tool.launcher.files] takes all of it along.",
            )
