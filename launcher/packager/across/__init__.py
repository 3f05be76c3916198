"""Building for another platform than this one: its Python, its distributions, nothing that must run there.

The one door to it.
"""

from __future__ import annotations

from launcher.packager.across.player import Got, player_for
from launcher.packager.across.site import site_for

__all__ = ["Got", "player_for", "site_for"]
