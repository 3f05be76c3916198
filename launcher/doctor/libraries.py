"""Which shared libraries a program or a library would look for in vain."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

DEADLINE = 60.0  # seconds, for some thirty files on a slow disk
_NOT_FOUND = re.compile(r"^\s+(?P<library>\S+) => not found", re.MULTILINE)
_FOUND = re.compile(r"^\s+(?P<library>\S+) => (?P<path>/.+) \(0x[0-9a-f]+\)$", re.MULTILINE)


def absent(files: Iterable[Path]) -> tuple[str, ...]:
    """Name every library that the dynamic linker does not find for `files`, in order."""
    return tuple(sorted({match["library"] for match in _NOT_FOUND.finditer(_ldd(files))}))


def resolved(file: Path) -> dict[str, Path]:
    """Return where the dynamic linker finds the libraries of `file`, by their names."""
    return {match["library"]: Path(match["path"]) for match in _FOUND.finditer(_ldd([file]))}


def can_tell() -> bool:
    """Tell whether this machine has the program that answers these questions."""
    return shutil.which("ldd") is not None


def _ldd(files: Iterable[Path]) -> str:
    command = ["ldd", *(str(file) for file in files)]
    if len(command) == 1 or not can_tell():
        return ""
    # It complains about files that are no dynamic programs, and answers for the others.
    answer = subprocess.run(
        command,
        env={**os.environ, "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=DEADLINE,
    )
    return answer.stdout.decode("utf-8", "surrogateescape")
