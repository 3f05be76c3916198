"""One fact about this machine, and what would mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "missing", "optional"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked for, whether it is here, and how it comes here.

    `missing` keeps a program from being built or shown, `optional` does not. `needs` are
    libraries and programs by their own names, `packages` what this system calls them, and
    `command` is one that mends the finding where the packages are not enough or not known.
    """

    title: str
    state: State
    detail: str
    needs: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    command: tuple[str, ...] = ()


def lacking(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings that keep a program from being built or shown."""
    return tuple(finding for finding in findings if finding.state == "missing")
