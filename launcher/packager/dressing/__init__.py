"""Dressing the program of Windows: the icon, version and manifest that Windows reads in it.

The one door to it. Every project's program is the same player; what makes it this one's are resources, which
are written into the program's file before its archive, whatever system this is.
"""

from __future__ import annotations

from launcher.packager.dressing.program import dress, with_checksum
from launcher.packager.dressing.versions import numeric

__all__ = ["dress", "numeric", "with_checksum"]
