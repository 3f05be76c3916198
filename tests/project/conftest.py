"""Small projects, written where a test needs them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from uv import find_uv_bin

Write = Callable[[Mapping[str, str]], Path]


@pytest.fixture
def project(tmp_path: Path) -> Write:
    """Return a function that writes files into an empty project and returns its folder."""
    folder = tmp_path / "project"
    folder.mkdir()

    def write(files: Mapping[str, str]) -> Path:
        for name, text in files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function that makes a virtual environment of a Python version, with Flask in it."""
    made: dict[str, Path] = {}

    def make(version: str) -> Path:
        if version not in made:
            uv = find_uv_bin()
            folder = tmp_path_factory.mktemp("environment") / f"python {version}"
            commands: list[list[str | Path]] = [
                [uv, "venv", "--quiet", "--no-python-downloads", "--python", version, folder],
                [uv, "pip", "install", "--quiet", "--python", folder, "flask[async]", "tomli"],
            ]
            for command in commands:
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                if "No interpreter found" in done.stderr:
                    pytest.skip(f"Python {version} is not on this machine")
                assert done.returncode == 0, done.stderr
            made[version] = folder
        return made[version]

    return make


@pytest.fixture
def flask_environment(environments: Callable[[str], Path]) -> Path:
    """Return the interpreter of an environment of our own version."""
    folder = environments(f"{sys.version_info[0]}.{sys.version_info[1]}")
    return next(path for path in _pythons(folder) if path.is_file())


def _pythons(folder: Path) -> list[Path]:
    return [folder / "bin" / "python", folder / "Scripts" / "python.exe"]
