"""A second start: the first comes forward, and what becomes of a document that the second was given.

An app reads its arguments when it starts, and nothing can be told to it later. So it has to start again
with the document, which is for the user to decide: what is not saved in it would be lost.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from launcher import documents, host
from launcher.environ import clean
from launcher.errors import RuntimeFailure
from launcher.launch import Launch, headless
from launcher.paths import AppFolders
from launcher.project.manifest import Manifest
from launcher.serving import pages, single
from launcher.window import Opening, Screen, display


def open_documents(launch: Launch, manifest: Manifest, private: Path) -> None:
    """Ask whether the first copy shall start again with the documents of this start, and let it.

    Raises RuntimeFailure, which says that they were not opened, where nobody can be asked.
    """
    unopened = [os.path.basename(path) for path in documents.documents_in(launch.arguments)]
    if not unopened:
        return
    answer = _ask(launch, manifest, unopened)
    if answer == "restart" and not single.raise_first(private, launch.arguments):
        answer = None
    if answer is None:
        raise RuntimeFailure(
            f"{manifest.name} is open already, and {', '.join(unopened)} was not opened in it:"
            " it takes documents only when it starts.",
            f"Close {manifest.name} first, then open the document again.",
        )


def come_later(
    launch: Launch,
    paths: Sequence[str],
    environ: Mapping[str, str],
    start_again: Callable[[Sequence[str]], None] | None,
) -> None:
    """Open documents that the desktop hands to a program that runs, as macOS does, and at its start too.

    An app that has not answered yet loses nothing: `start_again` gives it the documents. Otherwise there is
    a second start, which asks.
    """
    if start_again is not None:
        start_again((*launch.arguments, *paths))
        return
    variables = dict(environ)
    clean({}, variables)
    other = subprocess.Popen([sys.executable, *paths], env=variables, stdin=subprocess.DEVNULL)
    threading.Thread(target=other.wait, daemon=True).start()


def _ask(launch: Launch, manifest: Manifest, unopened: Sequence[str]) -> str | None:
    """Return the button that was chosen, "quit" for none of them; None where no window comes."""
    if headless() or launch.browser or manifest.webview == "browser":
        return None
    if host.LINUX and not display.is_reachable():
        return None
    page = pages.question_page(manifest.name, unopened, launch.icon)
    return show_own_page(replace(manifest, name=f"{manifest.name} is open already"), page, launch.icon)


def show_own_page(manifest: Manifest, page: str, icon: Path | None = None) -> str | None:
    """Show a page of ours in a window that is no app's; return the button by which it was closed.

    It has a folder for itself: the app's may be in use, or not be there. None is a window that did not come.
    """
    chosen: list[str] = []
    screens: list[Screen] = []

    def choose(command: str) -> None:
        chosen.append(command)
        for screen in screens:
            screen.close()

    with tempfile.TemporaryDirectory(prefix="launcher-", ignore_cleanup_errors=True) as folder:
        folders = AppFolders(Path(folder))
        folders.make()
        opening = Opening(
            manifest=manifest,
            folders=folders,
            icon=icon,
            page=page,
            opened=screens.append,
            outside=lambda name: None,
            asked=_elsewhere(choose),
        )
        with suppress(Exception):
            from launcher.window import native

            native.show(opening)
            return chosen[0] if chosen else "quit"
    return None


def _elsewhere(action: Callable[[str], None]) -> Callable[[str], None]:
    """Do it on a thread of its own: the window's would wait for itself."""
    return lambda word: threading.Thread(target=action, args=(word,), daemon=True).start()
