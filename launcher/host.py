"""What machine this is: the one place that asks which platform the launcher runs on."""

from __future__ import annotations

import os
import platform
import sys

WINDOWS = sys.platform == "win32"
MACOS = sys.platform == "darwin"
LINUX = not WINDOWS and not MACOS

FROZEN = bool(getattr(sys, "frozen", False))


def tag() -> str:
    """Name the platform and the processor, as in `linux-x86_64`."""
    system = "windows" if WINDOWS else "macos" if MACOS else "linux"
    machine = platform.machine().lower()
    return f"{system}-{'x86_64' if machine == 'amd64' else machine}"


def is_root() -> bool:
    """Tell whether this process has the rights of the POSIX superuser."""
    return not WINDOWS and os.geteuid() == 0


def has_display() -> bool:
    """Tell whether a window could be shown here."""
    if LINUX:
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


def executable_name(name: str) -> str:
    """Return the file name that a program called `name` has on this platform."""
    return f"{name}.exe" if WINDOWS else name
