"""Running an app: one copy a user, a second start raises the first, and whatever fails is told."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

from launcher import report, second
from launcher.errors import LauncherError, RuntimeFailure
from launcher.launch import Launch, headless
from launcher.logs import Log
from launcher.paths import AppFolders, app_folders, unwritable
from launcher.program import Program
from launcher.project import manifest as manifests
from launcher.serving import pages, single
from launcher.window import display

__all__ = ["Launch", "headless", "leave", "run", "show_failure", "tell_defect"]

DEFECT = 1  # the exit code of an error that is ours

# Seconds for which a second start waits: the first may be starting, and cannot be asked yet, or ending.
PATIENCE = 10.0


def run(launch: Launch, say: Callable[[str], None]) -> int:
    """Run the app until its window is closed, or it is told to end; return the exit code.

    Headless, `say` gets the entry URL as its one line.
    """
    manifest = manifests.load(launch.manifest)
    if not headless():
        _check_screen(manifest.name)
    folders = app_folders(manifest.identifier)
    lock = single.Lock(folders.private / "lock")
    try:
        folders.make()
        first = _become_first(lock, folders, manifest.name)
    except OSError as error:
        raise unwritable(manifest.name, folders.root, error) from error
    if not first and launch.share is not None:
        raise RuntimeFailure(
            f"{manifest.name} is open already, and was not shared.",
            "Close it and try again, or choose Share in its window, where it has that menu.",
        )
    if not first:
        second.open_documents(launch, manifest, folders.private)
        return 0
    try:
        return Program(launch, manifest, folders, say).run()
    finally:
        single.withdraw(folders.private)
        lock.release()


def _check_screen(name: str) -> None:
    # A remote session may have no screen and a browser all the same.
    if not display.is_reachable() and not os.environ.get("BROWSER"):
        raise RuntimeFailure(
            f"There is no screen here that {name} could open its window on.",
            "Start it in a desktop session, or with LAUNCHER_HEADLESS=1 to get its address.",
        )


def _become_first(lock: single.Lock, folders: AppFolders, name: str) -> bool:
    """Take the lock; False is a first copy that came forward instead."""
    deadline = time.monotonic() + PATIENCE
    while not lock.acquire():
        if single.raise_first(folders.private):
            return False
        if time.monotonic() > deadline:
            raise RuntimeFailure(
                f"{name} is open already, but does not answer.",
                "Close it, or wait a little and try again.",
            )
        time.sleep(0.1)
    return True


def show_failure(manifest: manifests.Manifest, error: LauncherError) -> None:
    """Show in a window why the app cannot even begin; used before there is an app folder to count on."""
    _show(manifest, report.Report(error.message, error.todo, ""))


def tell_defect(manifest: Path, error: Exception) -> int:
    """Tell of an error that is ours, on stderr, in the log and in a window; return the exit code."""
    app = manifests.load(manifest)
    told = report.of_defect(app.name, error)
    with suppress(OSError, ValueError):
        sys.stderr.write(f"{told.to_text()}\n")
    with suppress(OSError):
        log = Log(app_folders(app.identifier).logs / "app.log")
        log.note(told.to_text())
        log.close()
    if not headless():
        _show(app, told)
    return DEFECT


def _show(manifest: manifests.Manifest, told: report.Report) -> None:
    page = pages.failure_page(manifest.name, asdict(told), None, commands=["quit"])
    second.show_own_page(manifest, page)


def leave(code: int) -> NoReturn:
    """End the process now: a window library's thread must not keep a closed program alive."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    os._exit(code)
