"""The private environment that a player is frozen in: made once from the project's own Python."""

from __future__ import annotations

import shutil
from pathlib import Path

import uv

from launcher import host
from launcher.packager.bindings import Bindings
from launcher.packager.commands import run
from launcher.packager.progress import Progress
from launcher.project.environment import Interpreter

COMPLETE = ".complete"
NOT_FETCHED = (
    "Check the network connection: the player's libraries are fetched once for each Python. "
    "If one could not be compiled, `launcher doctor` names what compiling lacks."
)
RETRY = "See what it says above; `launcher doctor` names what this machine lacks."


def make(
    place: Path,
    interpreter: Interpreter,
    locks: list[Path],
    progress: Progress,
    *,
    lent: Bindings | None,
) -> Path:
    """Make the private environment from the project's Python, or find it; return its own Python."""
    python = place / ("Scripts/python.exe" if host.WINDOWS else "bin/python")
    if (place / COMPLETE).is_file() and python.is_file():
        return python
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    tool = uv.find_uv_bin()
    # The project's settings and environment must not decide what goes into ours.
    environ = {"VIRTUAL_ENV": None, "UV_PROJECT_ENVIRONMENT": None, "UV_NO_PROGRESS": "1"}
    run(
        [tool, "venv", "--no-config", "--python", interpreter.base_executable, place],
        todo=RETRY,
        environ=environ,
        on_line=progress.output,
    )
    # What is compiled is held to the locks as well, with what compiles it.
    requirements = [
        word for lock in locks for word in ("-r", str(lock), "--build-constraints", str(lock))
    ]
    run(
        [
            tool,
            "pip",
            "install",
            "--no-config",
            "--python",
            python,
            "--require-hashes",
            *requirements,
        ],
        todo=NOT_FETCHED,
        environ=environ,
        on_line=progress.output,
    )
    if lent is not None:
        lent.lay(next((place / "lib").glob("python3.*")) / "site-packages")
    (place / COMPLETE).touch()
    return python
