"""What is started, and how: the one value that the command line and a packaged program make."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Launch:
    """What is started, and how.

    `backend` is the command of the process that the app lives in; `watch`,
    where given, runs on a thread and calls back whenever the app must restart.
    `arguments` come after the manifest's own in the app's `sys.argv`.
    """

    manifest: Path
    root: Path
    backend: tuple[str, ...]
    sites: tuple[Path, ...] = ()
    settle: bool = False
    icon: Path | None = None
    port: int | None = None
    threads: int | None = None
    arguments: tuple[str, ...] = ()
    browser: bool = False
    watch: Callable[[Callable[[], None]], None] | None = None


def headless() -> bool:
    """Tell whether no window is wanted."""
    return os.environ.get("LAUNCHER_HEADLESS", "") not in ("", "0")


def proof() -> Path | None:
    """Return the file into which the window shall write what it shows, where one is wanted."""
    chosen = os.environ.get("LAUNCHER_WINDOW_PROOF")
    return Path(chosen) if chosen else None
