"""Where a player with GTK takes PyGObject from: the system's own, else compiled from its lock."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from launcher.project.environment import Interpreter

DEADLINE = 30.0  # seconds
_QUESTION = """
import gi, importlib.metadata, json
found = importlib.metadata.distribution("PyGObject")
print(json.dumps([found.version, gi.__path__[0], str(found._path)]))
"""


@dataclass(frozen=True, slots=True)
class Bindings:
    """The system's PyGObject: its package, and what is written beside it about its version."""

    version: str
    package: Path
    metadata: Path

    def lay(self, place: Path) -> None:
        """Copy it into a private environment, which then sees nothing else of the system's."""
        shutil.copytree(self.package, place / self.package.name)
        if self.metadata.is_dir():
            shutil.copytree(self.metadata, place / self.metadata.name)
        else:
            shutil.copy2(self.metadata, place / self.metadata.name)


def of_system(interpreter: Interpreter) -> Bindings | None:
    """Find PyGObject beside the project's base Python: systems have it for their own alone."""
    try:
        answer = subprocess.run(
            [str(interpreter.base_executable), "-I", "-c", _QUESTION],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=True,
        )
        version, package, metadata = json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return Bindings(version, Path(package), Path(metadata))
