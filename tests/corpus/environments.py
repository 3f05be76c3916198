"""An environment for each application, made once with uv and kept in the launcher's cache."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import uv

from launcher import host
from tests.support.programs import environment as plain_environment


def python_of(folder: Path) -> Path:
    """Return the Python of an environment."""
    return folder / ("Scripts/python.exe" if host.WINDOWS else "bin/python")


def environment_for(
    name: str, requirements: Sequence[str], cache: Path, *, python: str = sys.executable
) -> Path:
    """Return the folder of an environment with the requirements, made when it is not there yet."""
    key = hashlib.sha256(repr((sorted(requirements), python)).encode()).hexdigest()[:12]
    place = cache / "corpus" / f"{name}-{key}"
    ready = place / "ready"
    _restore(place)
    if not ready.is_file():
        shutil.rmtree(place, ignore_errors=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        _uv("venv", "--no-config", "--quiet", "--python", python, str(place))
        _uv(
            *("pip", "install", "--no-config", "--quiet", "--python", str(python_of(place))),
            *requirements,
        )
        ready.touch()
    return place


@contextmanager
def moved_away(*folders: Path) -> Iterator[None]:
    """Give folders another name for a while, so that whatever still looks there finds nothing."""
    with ExitStack() as stack:
        for folder in folders:
            away = folder.with_name(f"{folder.name}.away")
            folder.rename(away)
            stack.callback(away.rename, folder)
        yield


def _restore(place: Path) -> None:
    """Give back the name that a run which was killed took away."""
    away = place.with_name(f"{place.name}.away")
    if away.exists() and not place.exists():
        away.rename(place)


def _uv(*words: str) -> None:
    environ = plain_environment()
    environ.pop("VIRTUAL_ENV", None)
    done = subprocess.run(
        [uv.find_uv_bin(), *words],
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"uv {' '.join(words[:2])} failed:\n{done.stderr.strip()}")
