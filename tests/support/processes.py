"""Processes of a test: which there are, and that none is left."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import psutil

GONE_WITHIN = 5.0  # seconds: what the launcher promises


def with_descendants(pid: int) -> list[psutil.Process]:
    """List a process and all that it started, directly or not."""
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def left_of(processes: Sequence[psutil.Process], *, seconds: float = GONE_WITHIN) -> list[str]:
    """Wait for processes to be gone, and list the ones that stayed.

    A process that has ended and was not yet collected by whoever adopted it counts as gone.
    """
    deadline = time.monotonic() + seconds
    while alive := [process for process in processes if _runs(process)]:
        if time.monotonic() > deadline:
            return [str(process) for process in alive]
        time.sleep(0.02)
    return []


def command_of(process: psutil.Process) -> str:
    """Return the words that a process was started with; nothing for one that has ended meanwhile."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def end(processes: Iterable[psutil.Process]) -> None:
    """Kill processes, by the ids that were noted while they ran."""
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue


def run_python(
    code: str,
    *arguments: str | Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
) -> subprocess.CompletedProcess[str]:
    """Run code in a Python of its own, for what changes a process for good."""
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=cwd,
        env=env,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
