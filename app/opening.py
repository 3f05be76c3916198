"""Opening what was built: the program, its folder, and the page for friends."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from .environment import clean_environment

FIRST_SECONDS = 1.5


class CannotOpen(Exception):
    """It could not be opened; the text says why and what to do instead."""


def start_program(program: Path) -> None:
    """Start a built program. It is the user's from now on: it outlives Studio."""
    if not program.exists():
        raise CannotOpen(f"{program} is not there any more. Build again.")
    if sys.platform == "darwin" and program.suffix == ".app":
        command = ["open", str(program)]
    elif program.is_dir():
        raise CannotOpen(f"{program} is a folder, not a program. Build again.")
    else:
        command = [str(program)]
    _start(command, f"{program.name} could not be started")


def show_folder(thing: Path) -> None:
    """Show a file or folder in the file manager."""
    if not thing.exists():
        raise CannotOpen(f"{thing} is not there any more. Build again.")
    folder = thing if thing.is_dir() else thing.parent
    if sys.platform == "win32":
        os.startfile(folder)
        return
    if sys.platform == "darwin":
        command = ["open", "-R", str(thing)]
    else:
        tool = shutil.which("xdg-open") or shutil.which("gio")
        if tool is None:
            raise CannotOpen(f"No file manager was found. The folder is {folder}")
        command = [tool, *(["open"] if Path(tool).name == "gio" else []), str(folder)]
    _start(command, f"No file manager opened. The folder is {folder}")


def show_page(page: Path) -> None:
    """Show a page in the browser."""
    if not page.is_file():
        raise CannotOpen(f"{page} is not there any more. Build again.")
    if sys.platform == "win32":
        os.startfile(page)
        return
    tool = "open" if sys.platform == "darwin" else shutil.which("xdg-open")
    if tool is None:
        raise CannotOpen(f"No browser was found. The page is {page}")
    _start([tool, str(page)], f"No browser opened. The page is {page}")


def _start(command: Sequence[str], failure: str) -> None:
    """Start a program of its own, and wait a moment to see whether it stays or fails."""
    try:
        process = subprocess.Popen(
            list(command),
            cwd=Path.home(),
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise CannotOpen(f"{failure} ({error.strerror})") from error
    with contextlib.suppress(subprocess.TimeoutExpired):
        if process.wait(FIRST_SECONDS):
            raise CannotOpen(f"{failure} (it ended with code {process.returncode})")
        return
    # Collected when it ends, so that no zombie stays behind.
    threading.Thread(target=process.wait, daemon=True).start()
