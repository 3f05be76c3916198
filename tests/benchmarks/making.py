"""What the benchmarks are made of: projects, an environment with PyInstaller, builds and sizes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.installing import ROOT
from tests.support.programs import environment

UV = (sys.executable, "-m", "uv")
HERE = Path(__file__).resolve().parent
SAMPLES = ROOT / "tests" / "samples"
SMALLEST = SAMPLES / "single_file"


@dataclass(frozen=True, slots=True)
class Built:
    """A build: how long it took, each of its steps, and what came of it."""

    seconds: float
    steps: dict[str, float]
    program: Path

    @property
    def megabytes(self) -> float:
        return megabytes(self.program.parent)


def sample(place: Path, source: Path = SMALLEST, *, webview: str, app: str) -> Path:
    """Copy a small project."""
    shutil.copytree(source, place)
    table = f'[tool.launcher]\napp = "{app}"\nname = "{place.name}"\nwebview = "{webview}"\n'
    (place / "pyproject.toml").write_text(table, encoding="utf-8")
    return place


def checkout(place: Path) -> Path:
    """Copy what git knows or would take of this checkout: Studio's project."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in names.rstrip("\0").split("\0"):
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)
    return place


def launcher(*words: str | Path) -> list[str]:
    """Return the launcher's command, from this checkout."""
    return [sys.executable, "-m", "launcher", *map(str, words)]


def environ(cache: Path, **more: str) -> dict[str, str]:
    """Return the environment of a command: this checkout's launcher, and a cache of its own."""
    return environment(LAUNCHER_CACHE=str(cache), PYTHONPATH=str(ROOT), **more)


def build(project: Path, output: Path, env: Mapping[str, str], *options: str) -> Built:
    """Build a project with the launcher, and time it from outside."""
    command = launcher("build", project, "--output", output, "--format", "folder", "--json", *options)
    begin = time.monotonic()
    ended = subprocess.run(command, cwd=output.parent, env=env, capture_output=True, text=True)
    seconds = time.monotonic() - begin
    events: list[dict[str, Any]] = [json.loads(line) for line in ended.stdout.splitlines()]
    if ended.returncode:
        sys.exit(f"{project} could not be built: {events[-1] if events else ended.stderr}")
    steps = {e["id"]: e["seconds"] for e in events if e["event"] == "step" and e["state"] == "end"}
    return Built(seconds, steps, Path(events[-1]["program"]))


def environment_of(project: Path, place: Path) -> Path:
    """Make the environment of a project, from its own requirements; return its Python."""
    python = empty_environment(place)
    install(python, "--requirements", str(project / "requirements.txt"))
    return python


def freezing_environment(place: Path) -> Path:
    """Make an environment with the app's libraries, Qt and PyInstaller; return its Python."""
    locks = [ROOT / "build" / "locks" / f"{name}.txt" for name in ("launcher", "player", "player-qt")]
    python = empty_environment(place)
    install(python, "--require-hashes", *(word for lock in locks for word in ("--requirements", str(lock))))
    return python


def empty_environment(place: Path) -> Path:
    """Make an environment of this Python's version; return its Python."""
    subprocess.run([*UV, "venv", "--quiet", "--python", sys.executable, str(place)], check=True)
    return place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def install(python: Path, *words: str) -> None:
    """Install into an environment."""
    subprocess.run([*UV, "pip", "install", "--quiet", "--python", str(python), *words], check=True)


def freeze(python: Path, script: Path, *options: str) -> float:
    """Freeze a script with plain PyInstaller, in its folder; return the seconds."""
    command = [str(python), "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", *options]
    begin = time.monotonic()
    subprocess.run([*command, script.name], cwd=script.parent, check=True, capture_output=True)
    return time.monotonic() - begin


def megabytes(folder: Path) -> float:
    """Return how much lies in a folder, in millions of bytes."""
    paths = (path for path in folder.rglob("*") if not path.is_dir())
    return sum(path.lstat().st_size for path in paths) / 1e6


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Lay rows out under their heads."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = [head, tuple("-" * width for width in widths), *rows]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
