"""Environments as people make them: fresh, pinned by our lock, outside the checkout."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "build" / "locks" / "launcher.txt"
QT = ("pyside6", "shiboken6", "qtpy")
UV = (sys.executable, "-m", "uv")
DEADLINE = 600  # seconds; what is not in uv's cache is fetched


def install(folder: Path, what: str | Path, *options: str, python: str | Path = sys.executable) -> Path:
    """Make an environment, install our dependencies except Qt and then `what` into it.

    `options` are those of `uv venv`. Returns the folder of the environment's programs.
    """
    environment = folder / "environment"
    lock = folder / "launcher.txt"
    lock.write_text(without_qt(LOCK.read_text(encoding="utf-8")), encoding="utf-8")
    pip = ("pip", "install", "--python", environment, "--quiet")
    _uv(folder, "venv", "--quiet", "--python", python, *options, environment)
    _uv(folder, *pip, "--require-hashes", "--requirements", lock)
    _uv(folder, *pip, "--no-deps", "--no-build-isolation", *(["--editable"] if what == ROOT else []), what)
    return environment / ("Scripts" if sys.platform == "win32" else "bin")


def without_qt(lock: str) -> str:
    """Leave Qt out of a lock: it is big, and its place is in the player."""
    kept, drops = [], False
    for line in lock.splitlines(keepends=True):
        if not line.startswith(" "):
            drops = line.lower().startswith(QT)
        if not drops:
            kept.append(line)
    return "".join(kept)


def _uv(folder: Path, *words: str | Path) -> None:
    command = [*UV, *map(str, words), "--no-config"]
    subprocess.run(command, cwd=folder, check=True, timeout=DEADLINE)
