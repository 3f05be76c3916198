"""Files by which a browser is told where to go, so that the way in stands in no command line.

Every user of a machine can read the command lines of all others. A browser that is shut into a snap
cannot read what lies in our folder, and there the app must open all the same; on Windows nobody can
read another's command line, and what opens a file there may be no browser.
"""

from __future__ import annotations

import html
import os
import threading
from contextlib import suppress
from pathlib import Path

from launcher import host

LIFETIME = 60.0  # seconds: as long as the ticket in it is good
SNAP = Path("/snap/bin")
REDIRECT = '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={}">\n'
NAME = "open-{}.html"


class Handed:
    """The files of one run; what an earlier one left is removed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0
        self._lock = threading.Lock()
        self.withdraw()

    def address_of(self, url: str) -> str:
        """Return the address of a file that leads to `url`, for a minute."""
        with self._lock:
            self._number += 1
            place = self._folder / NAME.format(self._number)
        write(place, REDIRECT.format(html.escape(url)))
        timer = threading.Timer(LIFETIME, _remove, (place,))
        timer.daemon = True
        timer.start()
        return place.as_uri()

    def withdraw(self) -> None:
        """Remove all files."""
        for place in self._folder.glob(NAME.format("*")):
            _remove(place)


def write(place: Path, text: str) -> None:
    """Write a file for this user alone."""
    _remove(place)
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def is_readable_by(browser: Path | None) -> bool:
    """Tell whether a browser can read such a file; None is the default browser, whichever that is."""
    if host.WINDOWS:
        return False
    if browser is None:
        return not (SNAP / "firefox").exists() and not (SNAP / "chromium").exists()
    if browser.name == "chromium-browser" and (SNAP / "chromium").exists():
        return False  # a script of Ubuntu's that starts the snap
    return browser.resolve().name != "snap"


def _remove(place: Path) -> None:
    with suppress(OSError):
        place.unlink()
