"""What a verification has to tell: what was asked and compared, what was kept, and what was not done."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Kept:
    """What a start was to keep of the one before."""

    files: int = 0
    rows: dict[str, dict[str, int]] = field(default_factory=dict)  # by database and table
    probes: list[str] = field(default_factory=list)  # of what we wrote ourselves
    asked: int = 0
    same: int = 0
    own_ways: list[str] = field(default_factory=list)  # differences that the source shows as well


@dataclass(slots=True)
class Updated:
    """What came of starting a newer version over the same data, and then the old one again."""

    old: str
    new: str
    kept: Kept
    backups: list[str] = field(default_factory=list)  # databases
    older_refused: bool = False


@dataclass(slots=True)
class Seen:
    """What the window showed: what its page says of itself, and where its picture lies for now."""

    page: dict[str, str]
    picture: Path | None = None
    colours: int = 0
    without_picture: str = ""  # why


@dataclass(slots=True)
class Verified:
    """What was asked of the program, and how."""

    asked: int = 0
    compared: int = 0
    varying: int = 0
    changing: frozenset[str] = frozenset()  # paths that the source itself answers otherwise by then
    seconds_to_serve: float = 0.0
    circumstances: list[str] = field(default_factory=list)
    out_of_reach: list[str] = field(default_factory=list)  # what was covered, or else watched
    is_covered: bool = False
    session: str = ""
    restart: Kept | None = None
    update: Updated | None = None
    not_done: dict[str, str] = field(default_factory=dict)  # what was not proven, and why
