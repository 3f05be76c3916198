"""Showing a folder to the user, in whatever the machine has for looking at files.

Written after the documentation of Windows and macOS; tried on Linux alone.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from launcher import host
from launcher.environ import clean


def show_folder(place: Path, environ: Mapping[str, str], note: Callable[[str], None]) -> None:
    """Open a folder as its user would; where nothing can, `note` gets the reason."""
    try:
        open_folder(place, environ)
    except OSError as error:
        note(f"the folder {place.name} cannot be shown: {error}")


def open_folder(place: Path, environ: Mapping[str, str]) -> None:
    """Open a folder as its user would, with these variables less ours; raises OSError where nothing can."""
    if host.WINDOWS:
        start = getattr(os, "startfile")  # noqa: B009
        start(str(place))
        return
    found = dict(environ)
    clean({}, found)
    opener = subprocess.Popen(
        ["open" if host.MACOS else "xdg-open", str(place)],
        env=found,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    threading.Thread(target=opener.wait, daemon=True).start()
