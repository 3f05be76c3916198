"""Running a project from source: its app in its own interpreter, the window in ours."""

from __future__ import annotations

from pathlib import Path

import waitress

from launcher import paths
from launcher.project.environment import Interpreter


def backend_command(interpreter: Interpreter, *, entry: str = "launcher.backend") -> tuple[str, ...]:
    """Return the command that starts a backend in the project's interpreter.

    Two pure packages visit it by path, ours and Waitress; whatever else is
    installed for the launcher stays out of the app's sight.
    """
    assert waitress.__file__ is not None
    return (
        str(interpreter.path),
        str(paths.PACKAGE / "start_backend.py"),
        entry,
        f"launcher={paths.PACKAGE}",
        f"waitress={Path(waitress.__file__).parent}",
    )
