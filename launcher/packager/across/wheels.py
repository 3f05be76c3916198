"""Installing distributions for another platform: by uv, from wheels alone, with that platform's markers."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import uv

from launcher.packager.commands import composed, run
from launcher.packager.platforms import LINUX, MACOS, WINDOWS, Platform
from launcher.packager.progress import Progress

# Names that uv knows; of Linux the oldest for which most wheels of today are made.
NAMES = {
    (WINDOWS, "x86_64"): "x86_64-pc-windows-msvc",
    (MACOS, "arm64"): "aarch64-apple-darwin",
    (MACOS, "x86_64"): "x86_64-apple-darwin",
    (LINUX, "x86_64"): "x86_64-manylinux_2_28",
}
# The newest, for what has no wheel for older ones; the audit tells what the program asks for in the end.
NEWEST = {
    (MACOS, "arm64"): "aarch64-apple-darwin",
    (MACOS, "x86_64"): "x86_64-apple-darwin",
    (LINUX, "x86_64"): "x86_64-manylinux_2_40",
}
NEWEST_MACOS = {"MACOSX_DEPLOYMENT_TARGET": "26.0"}  # uv takes 13.0 where nothing is said
# Distributions of Python alone that come as sources only: built here, they are the same everywhere.
PURE_SOURCES = ("proxy-tools",)
NOT_FETCHED = "Check the network connection: what another platform needs is fetched once, and then kept."
# The user's settings and environment must not decide what is fetched, but for what is passed on.
PLAIN = {"VIRTUAL_ENV": None, "UV_PROJECT_ENVIRONMENT": None, "UV_NO_PROGRESS": "1"}
DEADLINE = 120.0  # seconds for an answer about one distribution


@dataclass(frozen=True, slots=True)
class Asking:
    """How uv is asked, where it is asked on behalf of a project.

    Paths are relative to `folder`, `environ` is what it is told beside, and `python` the one whose layout
    of an environment is made. `newest` lets it take what only the newest systems run.
    """

    folder: Path
    python: Path
    environ: Mapping[str, str] = field(default_factory=dict, hash=False)
    newest: bool = False


def install(
    place: Path,
    words: Iterable[str | Path],
    platform: Platform,
    version: tuple[int, int],
    progress: Progress,
    *,
    sources: Iterable[str] = PURE_SOURCES,
    todo: str = NOT_FETCHED,
    asking: Asking | None = None,
) -> None:
    """Install at `place` what uv's `words` ask for (`-r FILE`, `name==1.0`), as it is on a platform.

    Only wheels are taken, but for distributions named in `sources`. `place` appears when it is whole: side
    by side, or, with `asking`, as an environment of this machine is laid out. Files are copies of their
    own, not links into uv's cache. Raises BuildError with what uv says.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".fetching-") as scratch:
        fresh = Path(scratch) / "site"
        command = [
            *(uv.find_uv_bin(), "pip", "install", "--prefix" if asking else "--target", str(fresh)),
            *("--link-mode", "copy"),
            *_of_platform(platform, version, sources, asking),
            *map(str, words),
        ]
        run(command, todo=todo, cwd=_folder(asking), environ=_environ(asking), on_line=progress.output)
        fresh.mkdir(exist_ok=True)  # nothing was asked for
        (fresh / ".lock").unlink(missing_ok=True)
        shutil.rmtree(place, ignore_errors=True)
        fresh.rename(place)


def resolve(
    requirement: str,
    platform: Platform,
    version: tuple[int, int],
    asking: Asking,
    *,
    sources: Iterable[str] = PURE_SOURCES,
) -> tuple[str, str]:
    """Ask for one distribution alone; return the version that there is a wheel of, or else uv's own words."""
    command = [
        *(uv.find_uv_bin(), "pip", "compile", "--no-deps", "--no-header", "--no-annotate", "--quiet"),
        *_of_platform(platform, version, sources, asking),
        "-",
    ]
    try:
        done = subprocess.run(
            command,
            cwd=_folder(asking),
            env=composed(_environ(asking)),
            input=requirement,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=DEADLINE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "", f"There was no answer within {DEADLINE:.0f} seconds."
    name, _, found = done.stdout.strip().partition("==")
    return ("", done.stderr.strip()) if done.returncode else (found.partition(" ")[0] or name, "")


def _of_platform(
    platform: Platform, version: tuple[int, int], sources: Iterable[str], asking: Asking | None
) -> list[str]:
    names = NEWEST if asking and asking.newest else NAMES
    return [
        *("--no-config", *(["--python", str(asking.python)] if asking else [])),
        *("--python-platform", names[platform.system, platform.machine]),
        *("--python-version", f"{version[0]}.{version[1]}", "--only-binary", ":all:"),
        *(word for name in sources for word in ("--no-binary", name)),
    ]


def _folder(asking: Asking | None) -> Path | None:
    return asking.folder if asking else None


def _environ(asking: Asking | None) -> dict[str, str | None]:
    if asking is None:
        return {**PLAIN}
    return {**PLAIN, **asking.environ, **(NEWEST_MACOS if asking.newest else {})}
