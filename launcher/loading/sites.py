"""The app's distributions in the interpreter that runs the app: import path, .pth files, prefix, commands.

In a packaged program their folder is what an environment is at home: `sys.prefix`, below which data of
distributions lies, with the commands in `bin`.
"""

from __future__ import annotations

import ctypes
import os
import site as site_module
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

COMMANDS = "bin"
LIBRARIES = ".libs"  # of the system that extensions link to, brought along
ORDER = "order.txt"  # their names, each after those that it needs itself


def take_in(roots: Sequence[str], sites: Sequence[str]) -> None:
    """Put the project first, then its distributions, as an environment does; ourselves last."""
    sys.path[:0] = [*roots, *(site for site in sites if site not in sys.path)]
    if not getattr(sys, "frozen", False):
        if sys.prefix != sys.base_prefix:
            _find_commands(os.path.dirname(sys.executable))
        return
    for site in sites:
        sys.prefix = sys.exec_prefix = site
        _load_libraries(Path(site) / LIBRARIES)
        _process_pth_files(site)
        _find_commands(os.path.join(site, COMMANDS))


def _process_pth_files(site: str) -> None:
    """Do what Python does with .pth files; what they add comes after the environment, not after us."""
    before = list(sys.path)
    for file in sorted(Path(site).glob("*.pth")):
        site_module.addpackage(site, file.name, None)
    added = sys.path[len(before) :]
    if added and sys.path[: len(before)] == before:
        place = before.index(site) + 1
        sys.path[:] = [*before[:place], *added, *before[place:]]


def _load_libraries(folder: Path) -> None:
    """Load the libraries that came along: who links to one of them by name then finds it loaded."""
    with suppress(OSError):
        for name in (folder / ORDER).read_text(encoding="utf-8").split():
            with suppress(OSError):
                ctypes.CDLL(str(folder / name))


def _find_commands(folder: str) -> None:
    """Let programs that the app starts by name be found in a folder first, as in an activated environment."""
    path = os.environ.get("PATH", os.defpath)
    if folder not in path.split(os.pathsep) and os.path.isdir(folder):
        os.environ["PATH"] = f"{folder}{os.pathsep}{path}"
