"""Child processes, each at the head of its own group, none of which outlives Studio."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from .environment import bundle_folder, clean_environment

Process = subprocess.Popen[str]
END_SECONDS = 2.0  # the process that Studio lives in has five to be gone


class Children:
    """Starts child processes and ends those that are left."""

    def __init__(self, working_folder: Path, fallback: Path) -> None:
        # `python -m` puts the working folder first on the import path. From source that finds
        # the checkout; frozen, an empty folder keeps strangers out. It is never the user's
        # project, whose modules may have any name.
        self._working_folder = fallback if bundle_folder() is not None else working_folder
        self._running: set[Process] = set()
        self._lock = threading.Lock()

    def start(self, command: Sequence[str], extra: Mapping[str, str] | None = None) -> Process:
        """Start `command` with pipes for its output and a clean environment plus `extra`."""
        self._working_folder.mkdir(parents=True, exist_ok=True)
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        process = subprocess.Popen(
            list(command),
            cwd=self._working_folder,
            env={**clean_environment(), **(extra or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            creationflags=flags,
            start_new_session=True,
        )
        with self._lock:
            self._running.add(process)
        return process

    def forget(self, process: Process) -> None:
        """Stop keeping `process`, which has ended, and end what it left in its group."""
        kill_group(process)
        with self._lock:
            self._running.discard(process)

    def count(self) -> int:
        """Say how many children are kept."""
        with self._lock:
            return len(self._running)

    def end_all(self) -> None:
        """End every child: politely, then, after a moment, for certain."""
        with self._lock:
            left = list(self._running)
        for process in left:
            ask_to_end(process)
        deadline = time.monotonic() + END_SECONDS
        for process in left:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            self.forget(process)


def ask_to_end(process: Process) -> None:
    """Ask one process to end in order. Only the head of the group: it knows the order."""
    if process.poll() is not None:
        return
    with contextlib.suppress(OSError, ValueError):
        if sys.platform == "win32":
            process.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            process.terminate()


def kill_group(process: Process) -> None:
    """End a process and everything in its group at once."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            if process.poll() is None:
                tree = ["taskkill", "/T", "/F", "/PID", str(process.pid)]
                subprocess.run(tree, capture_output=True, timeout=10, check=False)
        elif process.returncode is None:  # collected, its number may be another's by now
            os.killpg(process.pid, signal.SIGKILL)
