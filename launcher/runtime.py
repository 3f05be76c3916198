"""Running an app: one copy a user, a second start raises the first, and whatever fails is told."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from launcher import documents, single
from launcher.errors import LauncherError, RuntimeFailure
from launcher.launch import Launch, headless
from launcher.paths import AppFolders, app_folders
from launcher.program import Program
from launcher.project import manifest as manifests
from launcher.serving import pages
from launcher.window import Opening, display

__all__ = ["Launch", "headless", "leave", "run", "show_failure"]

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
        raise RuntimeFailure(
            f"{manifest.name} cannot write in its folder {folders.root}: {error.strerror or error}.",
            "Make room there or give it another folder with LAUNCHER_HOME.",
        ) from error
    if not first:
        _refuse_documents(launch, manifest.name)
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


def _refuse_documents(launch: Launch, name: str) -> None:
    """Say that a document was not opened: the first copy has read its arguments when it started."""
    unopened = [os.path.basename(path) for path in documents.documents_in(launch.arguments)]
    if unopened:
        raise RuntimeFailure(
            f"{name} is open already, and {', '.join(unopened)} was not opened in it:"
            " it takes documents only when it starts.",
            f"Close {name} first, then open the document again.",
        )


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


def leave(code: int) -> NoReturn:
    """End the process now: a window library's thread must not keep a closed program alive."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    os._exit(code)
