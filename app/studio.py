"""What one running Studio keeps, in one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from flask import abort, current_app

from .builds import Builds
from .children import Children
from .command import LauncherCommand
from .projects import Project, Projects


@dataclass(frozen=True, slots=True)
class Studio:
    """The parts of one running Studio."""

    projects: Projects
    children: Children
    builds: Builds
    command: LauncherCommand
    icons: Path  # chosen in the build form
    pictures: dict[str, Path] = field(default_factory=dict)  # found by the last check, by key


def studio() -> Studio:
    """Return the parts of the Studio that answers this request."""
    return cast(Studio, current_app.extensions["studio"])


def project_or_404(key: str) -> Project:
    """Return the project that `key` names, or answer that there is none."""
    project = studio().projects.find(key)
    if project is None:
        abort(404, description="Studio does not know this project any more. Open it again.")
    return project
