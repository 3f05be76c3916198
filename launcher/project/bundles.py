"""How a program that was built lies in its folder, and how such a folder is told from a project's own."""

from __future__ import annotations

import os
from pathlib import Path

LAYERS = "layers"
MANIFEST = "launcher.json"
ICON = "icon.png"
CONTENTS = "Contents"  # the one folder in an application of macOS
EXPORTED = "launcher-export.json"  # the mark of a folder that an export made


def layers_in(bundle: Path) -> Path:
    """Return the folder of the layers in a bundle."""
    contents = bundle / CONTENTS
    return (contents / "Resources" if os.path.isdir(contents) else bundle) / LAYERS


def is_made(folder: Path) -> bool:
    """Tell whether a folder is a program that was built, or an export: what it holds is no project's code."""
    # As os.path asks: of a folder that may not be read, nothing is known, and nothing is wrong.
    return os.path.isfile(layers_in(folder) / MANIFEST) or os.path.isfile(folder / EXPORTED)
