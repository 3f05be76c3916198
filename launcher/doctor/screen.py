"""What a window needs of this machine: a display to be shown on, and letters to be drawn with."""

from __future__ import annotations

import os
from pathlib import Path

from launcher import host
from launcher.doctor.finding import Finding

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
FONT_FILES = {".ttf", ".otf", ".ttc", ".pfb", ".pcf"}


def examine() -> tuple[Finding, ...]:
    """Tell whether windows can be shown here, and text in them."""
    if not host.LINUX:
        return (Finding("Display", "ok", "the desktop's"),)
    return (_display(), fonts([Path(folder).expanduser() for folder in FONT_FOLDERS]))


def fonts(folders: list[Path]) -> Finding:
    """Tell whether one of `folders` holds a font."""
    for folder in folders:
        for place, _, names in os.walk(folder):
            for name in names:
                if Path(name).suffix.lower() in FONT_FILES:
                    return Finding("Fonts", "ok", place)
    return Finding("Fonts", "missing", "none here: windows would show no text", needs=("fonts",))


def _display() -> Finding:
    if host.has_display():
        named = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY", "")
        return Finding("Display", "ok", named)
    return Finding(
        "Display",
        "optional",
        "none: programs are built and proved without a window, but none can be looked at here",
    )
