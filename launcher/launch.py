"""What is started, and how: the one value that the command line and a packaged program make."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Launch:
    """What is started, and how.

    `backend` is the command of the process that the app lives in; `watch`,
    where given, runs on a thread and calls back whenever the app must restart.
    `arguments` come after the manifest's own in the app's `sys.argv`. With `share` (as in `control.Order`)
    friends are let in from the moment the app answers; `told` gets the events of that, on a thread.
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
    share: Mapping[str, Any] | None = None
    told: Callable[[Mapping[str, Any]], None] | None = None


def headless() -> bool:
    """Tell whether no window is wanted."""
    return os.environ.get("LAUNCHER_HEADLESS", "") not in ("", "0")


def proof() -> Path | None:
    """Return the file into which the window shall write what it shows, where one is wanted."""
    chosen = os.environ.get("LAUNCHER_WINDOW_PROOF")
    return Path(chosen) if chosen else None
