"""The whole examination, in the order in which it is read."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from launcher import paths
from launcher.doctor import environments, python, screen, space, system, tools, webview
from launcher.doctor.finding import Finding


def examine(*, interpreter: Path | None = None, cache: Path | None = None) -> tuple[Finding, ...]:
    """Tell what this machine has and lacks for building programs and showing them.

    :param interpreter: the Python whose apps are built, if it is not ours
    """
    here = system.this()
    found = (
        *python.examine(interpreter or Path(sys.executable)),
        *environments.examine(),
        *tools.examine(),
        *webview.examine(),
        *screen.examine(),
        *space.examine(cache or paths.cache_folder()),
    )
    return (Finding("System", "ok", here.name), *(named(finding, here) for finding in found))


def named(finding: Finding, here: system.System) -> Finding:
    """Return the finding with the packages of this system that mend it."""
    if finding.state == "ok" or not finding.needs:
        return finding
    known, _ = here.names(finding.needs)
    return replace(finding, packages=known)
