"""The one door to other programs: argument lists only, output kept for the message when they fail."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from launcher import host
from launcher.errors import BuildError, MissingTool

KEPT_LINES = 15


def run(
    command: Sequence[str | Path],
    *,
    todo: str,
    cwd: Path | None = None,
    environ: Mapping[str, str | None] | None = None,
    on_line: Callable[[str], None] | None = None,
) -> None:
    """Run a program to its end, handing every line it prints to `on_line`.

    `environ` changes a copy of our environment; None removes a name. Raises
    MissingTool when there is no such program, BuildError with its last lines
    and `todo` when it fails.
    """
    words = [str(word) for word in command]
    try:
        process = subprocess.Popen(
            words,
            cwd=cwd,
            env=composed(environ or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=not host.WINDOWS,
        )
    except OSError as error:
        raise MissingTool(
            f"{words[0]} cannot be started: {error.strerror or error}.", todo
        ) from error
    last: deque[str] = deque(maxlen=KEPT_LINES)
    assert process.stdout is not None
    try:
        with process.stdout:
            for line in process.stdout:
                last.append(line.rstrip())
                if on_line is not None:
                    on_line(line.rstrip())
        code = process.wait()
    except BaseException:
        end(process)
        raise
    if code:
        said = "\n".join(last)
        raise BuildError(f"{shlex.join(words[:4])} ... failed with exit code {code}:\n{said}", todo)


def composed(changes: Mapping[str, str | None]) -> dict[str, str]:
    """Return a copy of our environment with changes; None removes a name."""
    environ = dict(os.environ)
    for name, value in changes.items():
        environ.pop(name, None)
        if value is not None:
            environ[name] = value
    return environ


def end(process: subprocess.Popen[str]) -> None:
    """End a program and, where it has a group of its own, all that it started."""
    if host.WINDOWS:
        process.kill()
    elif process.returncode is None:  # collected, its number may be another's by now
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
