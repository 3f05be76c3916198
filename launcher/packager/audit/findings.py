"""What an audit found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

PER_LINE = 100  # letters


@dataclass(frozen=True, slots=True)
class Audit:
    """What the binaries of a bundle ask for.

    Paths are relative to the bundle, with slashes. `system` are the libraries that the target system has to
    have, each with one binary that asks for it; `lacking` those that neither it nor the bundle has. `floor`
    is the oldest system that it runs on, in words such as `glibc 2.31` or `macOS 11.0`, and `why` what asks
    for it. `foreign` are binaries of the project itself that are made for other systems.
    """

    binaries: int = 0
    system: Mapping[str, str] = field(default_factory=dict, hash=False)
    lacking: Mapping[str, str] = field(default_factory=dict, hash=False)
    floor: str = ""
    why: str = ""
    foreign: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def told(self) -> str:
        """Say it in one line."""
        words = f"{self.binaries} binaries, {len(self.system)} libraries of the system"
        words = f"{words}, {len(self.lacking)} lacking" if self.lacking else words
        return f"{words}, {self.floor} or newer" if self.floor else words


def lines_of(value: Mapping[str, Any]) -> Iterator[str]:
    """Write for people what the report has of an audit as a value."""
    floor = f"{value['floor']} or newer" if value["floor"] else ""
    yield f"  {value['binaries']} binaries of the program and its parts"
    if floor:
        yield f"  {floor}: {value['why']}"
    if value["system"]:
        yield f"  {len(value['system'])} libraries that the system has to have:"
        yield from _wrapped(value["system"])
    for library, asker in value["lacking"].items():
        yield f"  lacking: {library}, for {asker}"
    for path, kind in value["foreign"].items():
        yield f"  of another system: {path} ({kind})"


def _wrapped(names: Mapping[str, str]) -> Iterator[str]:
    """Write names, without the folders that macOS has them in, as many as go into a line."""
    line = ""
    for name in sorted({name.rpartition("/")[2] for name in names}):
        if line and len(line) + len(name) > PER_LINE:
            yield f"    {line}"
            line = ""
        line = f"{line}, {name}" if line else name
    yield f"    {line}"
