"""What an audit found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Audit:
    """What the binaries of a bundle ask for.

    Paths are relative to the bundle, with slashes. `system` are the libraries that the target system has to
    have, each with one binary that asks for it; `lacking` those that neither it nor the bundle has. `floor`
    is the oldest system that it runs on, in words such as `glibc 2.31` or `macOS 11.0`.
    """

    binaries: int = 0
    system: Mapping[str, str] = field(default_factory=dict, hash=False)
    lacking: Mapping[str, str] = field(default_factory=dict, hash=False)
    floor: str = ""

    @property
    def told(self) -> str:
        """Say it in one line."""
        words = f"{self.binaries} binaries, {len(self.system)} libraries of the system"
        return f"{words}, {self.floor} or newer" if self.floor else words
