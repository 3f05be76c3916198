"""Which command starts the launcher."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from .children import Children, kill_group
from .environment import bundle_folder

TRIAL_SECONDS = 30.0


class LauncherCommand:
    """Finds the command once and keeps what it found."""

    def __init__(self, configured: Sequence[str] | None, children: Children) -> None:
        self._configured = tuple(configured) if configured else None
        self._children = children
        self._found: tuple[str, ...] | None = None

    def find(self) -> tuple[str, ...] | None:
        """Return the command that starts the launcher, or None where there is none."""
        if self._configured is not None:
            return self._configured
        said = shlex.split(os.environ.get("LAUNCHER_COMMAND", ""))
        if said:
            return tuple(said)
        # Only a success is kept: after `pip install` the next look finds it.
        if self._found is None:
            self._found = next(filter(self._works, candidates()), None)
        return self._found

    def _works(self, command: tuple[str, ...]) -> bool:
        """Say whether `command` starts."""
        try:
            process = self._children.start([*command, "--help"])
        except OSError:
            return False
        try:
            process.communicate(timeout=TRIAL_SECONDS)
        except subprocess.TimeoutExpired:
            kill_group(process)
            process.communicate()
        finally:
            self._children.forget(process)
        return process.returncode == 0


def candidates() -> Iterator[tuple[str, ...]]:
    """Yield the commands that may start the launcher, the likeliest first."""
    if has_packager():
        yield (sys.executable, "-m", "launcher")
    script = shutil.which("launcher")
    if script is not None and not _is_studio_itself(Path(script)):
        yield (script,)
    for name in ("python3", "python"):
        python = shutil.which(name)
        if python is not None:
            yield (python, "-m", "launcher")


def has_packager() -> bool:
    """Say whether this Python can start the launcher.

    Packaged together with it, Studio's program stands in for the Python that it has not.
    """
    return importlib.util.find_spec("launcher") is not None


def _is_studio_itself(script: Path) -> bool:
    """Say whether `script` is the frozen program that runs Studio: it would start itself."""
    bundle = bundle_folder()
    if bundle is None:
        return False
    found = script.resolve()
    return found == Path(sys.executable).resolve() or bundle.resolve() in found.parents
