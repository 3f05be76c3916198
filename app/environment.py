"""The environment that child processes get."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

# Set by the frozen parent for itself. A child that is another frozen program would take
# them as its own.
PRIVATE_NAMES = ("_MEIPASS2",)
PRIVATE_PREFIXES = ("_PYI_",)
# PyInstaller's bootloader keeps the user's own value beside the one that it sets.
SET_BY_BOOTLOADER = {
    name: f"{name}_ORIG" for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LIBPATH")
}
# Studio is a Flask app itself: what chose it must not choose the user's app.
STUDIO_PREFIXES = ("FLASK_", "WERKZEUG_")


def bundle_folder() -> Path | None:
    """Return the folder of the frozen program that runs Studio, if one does."""
    inside = getattr(sys, "_MEIPASS", None)
    return Path(inside) if inside and getattr(sys, "frozen", False) else None


def clean_environment(
    environ: Mapping[str, str] | None = None, bundle: Path | None = None
) -> dict[str, str]:
    """Return a copy of the environment without what a frozen parent or Studio put into it."""
    source = os.environ if environ is None else environ
    inside = bundle if bundle is not None else bundle_folder()
    clean = {
        name: value
        for name, value in source.items()
        if name not in PRIVATE_NAMES + tuple(SET_BY_BOOTLOADER.values())
        and not name.startswith(PRIVATE_PREFIXES + STUDIO_PREFIXES)
    }
    for name, original in SET_BY_BOOTLOADER.items():
        if source.get(original):
            clean[name] = source[original]
        elif original in source:
            clean.pop(name, None)
    return clean if inside is None else _without_bundle(clean, inside)


def _without_bundle(environ: dict[str, str], bundle: Path) -> dict[str, str]:
    """Drop entries that point into the bundle: plug-in and data paths set by its hooks."""
    kept: dict[str, str] = {}
    root = str(bundle)
    for name, value in environ.items():
        if root not in value:
            kept[name] = value
            continue
        entries = [part for part in value.split(os.pathsep) if not part.startswith(root)]
        if any(entries):
            kept[name] = os.pathsep.join(entries)
    return kept
