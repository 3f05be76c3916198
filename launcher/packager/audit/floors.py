"""The oldest system that binaries run on, and what asks for it."""

from __future__ import annotations

from collections.abc import Iterable

from launcher.packager.audit.binaries import Binary
from launcher.packager.platforms import MACOS, WINDOWS, Platform

# Python of 3.13 runs on no older one, and for all of them Microsoft's web view is updated on no older one.
WINDOWS_FLOOR = "Windows 10", "its web view, and Python from 3.13 on, are made for no older one"


def of(binaries: Iterable[Binary], platform: Platform) -> tuple[str, str]:
    """Return the oldest system in words, and why; two empty texts where nothing is asked for."""
    if platform.system == WINDOWS:
        return WINDOWS_FLOOR
    newest = max((one for one in binaries if one.floor), key=lambda one: one.floor, default=None)
    if newest is None:
        return "", ""
    number = ".".join(str(part) for part in newest.floor)
    return f"{'macOS' if platform.system == MACOS else 'glibc'} {number}", f"{newest.path} asks for it"
