"""Running an app: one copy a user, a second start raises the first, and whatever fails is told."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from launcher import host, pages, single
from launcher.errors import LauncherError, RuntimeFailure
from launcher.paths import AppFolders, app_folders
from launcher.program import Launch, Program, headless
from launcher.project import manifest as manifests
from launcher.window import Opening

__all__ = ["Launch", "headless", "leave", "run", "show_failure"]

# Seconds for which a second start waits: the first may be starting, and cannot be asked yet, or ending.
PATIENCE = 10.0


def run(launch: Launch, say: Callable[[str], None]) -> int:
    """Run the app until its window is closed, or it is told to end; return the exit code.

    Headless, `say` gets the entry URL as its one line.
    """
    manifest = manifests.load(launch.manifest)
    folders = app_folders(manifest.identifier)
    try:
        folders.make()
        lock = single.Lock(folders.private / "lock")
        first = lock.acquire()
    except OSError as error:
        raise RuntimeFailure(
            f"{manifest.name} cannot write in its folder {folders.root}: {error.strerror or error}.",
            "Make room there or give it another folder with LAUNCHER_HOME.",
        ) from error
    if not first:
        if single.raise_first(folders.private):
            return 0
        raise RuntimeFailure(
            f"{manifest.name} is open already, but does not answer.",
            "Close it, or wait a little and try again.",
        )
    try:
        return Program(launch, manifest, folders, say).run()
    finally:
        single.withdraw(folders.private)
        lock.release()


def show_failure(manifest: manifests.Manifest, error: LauncherError) -> None:
    """Show in a window why the app cannot even begin; used before there is an app folder to count on."""
    with tempfile.TemporaryDirectory(prefix="launcher-") as folder:
        folders = AppFolders(Path(folder))
        folders.make()
        report = {"sentence": error.message, "todo": error.todo, "details": ""}
        opening = Opening(
            manifest=manifest,
            folders=folders,
            icon=None,
            page=pages.failure_page(manifest.name, report, None),
            opened=lambda screen: None,
            outside=lambda name: None,
        )
        with suppress(Exception):
            from launcher.window import native

            native.show(opening)


def leave(code: int) -> None:
    """End the process now: a window library's thread must not keep a closed program alive."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    os._exit(code)
