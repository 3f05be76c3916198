"""Small projects, written where a test needs them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from uv import find_uv_bin

from tests.support.files import WriteFiles, writer_into

OURS = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.fixture
def project(tmp_path: Path) -> WriteFiles:
    """Return a function that writes files into an empty project and returns its folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    return writer_into(folder)


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function that makes an environment of a Python version, with Flask in it."""
    made: dict[str, Path] = {}

    def make(version: str) -> Path:
        if version not in made:
            python = _python_of(version)
            if python is None:
                pytest.skip(f"Python {version} is not on this machine")
            folder = tmp_path_factory.mktemp("environment") / f"python {version}"
            uv = find_uv_bin()
            commands: list[list[str | Path]] = [
                [uv, "venv", "--quiet", "--python", python, folder],
                [uv, "pip", "install", "--quiet", "--python", folder, "flask[async]"],
            ]
            for command in commands:
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                assert done.returncode == 0, done.stderr
            made[version] = folder
        return made[version]

    return make


@pytest.fixture
def flask_environment(environments: Callable[[str], Path]) -> Path:
    """Return an environment of our own version, with Flask in it."""
    return environments(OURS)


def _python_of(version: str) -> Path | None:
    if version == OURS:
        return Path(sys.executable)
    # pyenv keeps more Pythons than its commands let through.
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    possible = [folder / "bin" / "python" for folder in sorted(kept.glob(f"{version}.*"))]
    found = shutil.which(f"python{version}")
    possible += [Path(found)] if found else []
    for python in possible:
        asked = subprocess.run([python, "--version"], capture_output=True, text=True, check=False)
        if asked.stdout.startswith(f"Python {version}."):
            return python
    return None
