"""Installing distributions for another platform: by uv, from wheels alone, with that platform's markers."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import uv

from launcher.packager.commands import run
from launcher.packager.platforms import LINUX, MACOS, WINDOWS, Platform
from launcher.packager.progress import Progress

# Names that uv knows; of Linux the oldest for which most wheels of today are made.
NAMES = {
    (WINDOWS, "x86_64"): "x86_64-pc-windows-msvc",
    (MACOS, "arm64"): "aarch64-apple-darwin",
    (MACOS, "x86_64"): "x86_64-apple-darwin",
    (LINUX, "x86_64"): "x86_64-manylinux_2_28",
}
# Distributions of Python alone that come as sources only: built here, they are the same everywhere.
PURE_SOURCES = ("proxy-tools",)
NOT_FETCHED = "Check the network connection: what another platform needs is fetched once, and then kept."


def install(
    place: Path,
    words: Iterable[str | Path],
    platform: Platform,
    version: tuple[int, int],
    progress: Progress,
    *,
    sources: Iterable[str] = PURE_SOURCES,
    todo: str = NOT_FETCHED,
) -> None:
    """Install at `place` what uv's `words` ask for (`-r FILE`, `name==1.0`), as it is on a platform.

    Only wheels are taken, but for distributions named in `sources`. `place` appears when it is whole.
    Raises BuildError with what uv says.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".fetching-") as scratch:
        fresh = Path(scratch) / "site"
        command = [
            *(uv.find_uv_bin(), "pip", "install", "--no-config", "--target", str(fresh)),
            *("--python-platform", NAMES[platform.system, platform.machine]),
            *("--python-version", f"{version[0]}.{version[1]}", "--only-binary", ":all:"),
            *(word for name in sources for word in ("--no-binary", name)),
            *map(str, words),
        ]
        environ = {"VIRTUAL_ENV": None, "UV_PROJECT_ENVIRONMENT": None, "UV_NO_PROGRESS": "1"}
        run(command, todo=todo, environ=environ, on_line=progress.output)
        fresh.mkdir(exist_ok=True)  # nothing was asked for
        shutil.rmtree(place, ignore_errors=True)
        fresh.rename(place)
