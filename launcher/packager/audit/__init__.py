"""The audit of a bundle: each library that a binary asks for is in the bundle, or is part of the system.

The one door to it.
"""

from __future__ import annotations

from launcher.packager.audit.findings import Audit, lines_of
from launcher.packager.audit.looking import look

__all__ = ["Audit", "lines_of", "look"]
