"""The folder that a build works in: beside the final names, so that handing over is a rename."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from launcher.errors import BuildError

PREFIX = ".launcher-build-"  # then the id of the build's process
OLD = ".old"  # the ending of what a new program has replaced, for the moment of it


@contextmanager
def work_folder(output: Path) -> Iterator[Path]:
    """Make a folder to work in below `output`, and leave nothing of it, nor of builds that were killed."""
    try:
        output.mkdir(parents=True, exist_ok=True)
        _remove_stale(output)
        work = Path(tempfile.mkdtemp(dir=output, prefix=f"{PREFIX}{os.getpid()}-"))
    except OSError as error:
        if is_full(error):
            raise
        raise BuildError(
            f"{output} cannot be written: {error.strerror}.", "Choose another with --output."
        ) from error
    try:
        work.chmod(0o755)  # another user must be able to come in for the proof
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def is_full(error: OSError) -> bool:
    """Tell whether there was no room left on the disk."""
    # Copying a tree gathers what went wrong, as text.
    gathered = str(error) if isinstance(error, shutil.Error) else ""
    full = (errno.ENOSPC, errno.EDQUOT)
    return error.errno in full or any(os.strerror(number) in gathered for number in full)


def _remove_stale(output: Path) -> None:
    for stale in output.glob(f"{PREFIX}*"):
        owner = stale.name.removeprefix(PREFIX).partition("-")[0]
        if not (owner.isdigit() and psutil.pid_exists(int(owner))):
            _bring_back(stale, output)
            shutil.rmtree(stale, ignore_errors=True)


def _bring_back(stale: Path, output: Path) -> None:
    """Put a good program back to its place, which a build that was killed had just taken from there."""
    for old in stale.glob(f"*{OLD}"):
        place = output / old.name.removesuffix(OLD)
        if not os.path.lexists(place):
            os.replace(old, place)
