"""The colours of an empty window: those of the launcher's own pages, which come first in it."""

from __future__ import annotations

PAPER = "#fbfbfd"
PAPER_DARK = "#16181d"
