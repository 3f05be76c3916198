"""A packaged program: where its layers lie, and which role a process of it plays."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from launcher import documents, host, runtime
from launcher.errors import LauncherError
from launcher.loading import interpreting
from launcher.logs import ensure_streams
from launcher.project import manifest as manifests
from launcher.project.bundles import CONTENTS, ICON, LAYERS, MANIFEST, layers_in


def layers() -> Path:
    """Return the folder of the app's layers: beside the program, or in an application's resources.

    A program in one file has unpacked them with all else.
    """
    unpacked = Path(getattr(sys, "_MEIPASS", os.devnull)) / LAYERS
    if (unpacked / MANIFEST).is_file():
        return unpacked
    beside = Path(sys.executable).resolve().parent
    is_application = beside.name == "MacOS" and beside.parent.name == CONTENTS
    return layers_in(beside.parent.parent if is_application else beside)


def main(say: Callable[[str], None]) -> None:
    """Run the packaged app, or stand in for Python where the app asks for it. Never returns."""
    ensure_streams()
    if interpreting.is_asked_for():
        interpreting.run()
    place = layers()
    if sys.argv[1:2] == [manifests.RESTORE]:
        _go_back(place / MANIFEST, sys.argv[2:3], say)
    if host.WINDOWS:
        _settle_on_windows(place)
    launch = runtime.Launch(
        manifest=place / MANIFEST,
        root=place / "app",
        sites=(place / "site",),
        backend=(sys.executable, "--launcher-backend"),
        settle=True,
        icon=place / ICON,
        arguments=documents.arguments_of(sys.argv[1:]),
    )
    try:
        code = runtime.run(launch, lambda line: _say(say, line))
    except LauncherError as error:
        _tell(error, place / MANIFEST)
        code = error.exit_code
    except Exception as error:  # of ours; without a window nobody would ever know
        code = runtime.tell_defect(place / MANIFEST, error)
    runtime.leave(code)


def _settle_on_windows(place: Path) -> None:
    """Do what has to be done before there is a window, and before .NET is loaded for it."""
    from launcher import marks, taskbar  # here: other systems have no use for them

    marks.remove(Path(sys.executable), (Path(getattr(sys, "_MEIPASS", place)), place))
    taskbar.belong(manifests.load(place / MANIFEST).identifier)


def _go_back(manifest: Path, wanted: list[str], say: Callable[[str], None]) -> NoReturn:
    """Restore a backup and end."""
    from launcher.data import restoring  # here: a start has no use for it

    try:
        restoring.run(manifest, wanted[0] if wanted else None, lambda line: _say(say, line))
    except LauncherError as error:
        _tell(error, manifest)
        runtime.leave(error.exit_code)
    runtime.leave(0)


def _say(say: Callable[[str], None], line: str) -> None:
    say(line)
    with suppress(OSError, ValueError):
        sys.stdout.flush()


def _tell(error: LauncherError, manifest: Path) -> None:
    """Tell why nothing opens: on stderr, and where a person looks, in a window."""
    with suppress(OSError, ValueError):
        sys.stderr.write(f"{error}\n")
    if not runtime.headless():
        app = manifests.load(manifest)
        runtime.show_failure(app, error)
