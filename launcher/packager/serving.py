"""A program served headless for a while: started, its entry URL read, ended in order."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from launcher import host
from launcher.errors import BuildError

START_DEADLINE = 180.0  # seconds; a heavy app imports for a minute on a slow disk
END_DEADLINE = 25.0


class NotServing(BuildError):
    """The program ended, with `code`, or stayed silent before it served; `output` is what it said."""

    def __init__(self, message: str, output: str, code: int | None = None) -> None:
        super().__init__(message)
        self.output = output
        self.code = code


@dataclass(slots=True)
class Served:
    """A program that serves; `exit_code` is known after the end."""

    entry: str
    pid: int
    exit_code: int | None = None


@contextmanager
def served(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    environ: Mapping[str, str],
    user: str | None = None,
    deadline: float = START_DEADLINE,
) -> Iterator[Served]:
    """Start `command` headless with just `environ`, yield it when it serves, and end it in order."""
    process = subprocess.Popen(
        [str(word) for word in command],
        cwd=cwd,
        env={**environ, "LAUNCHER_HEADLESS": "1"},
        user=user,
        group=_group_of(user),
        extra_groups=[] if user else None,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=not host.WINDOWS,
    )
    said: list[bytes] = []
    lines: queue.Queue[bytes] = queue.Queue()
    assert process.stdout is not None and process.stderr is not None
    stdout, stderr = cast(BinaryIO, process.stdout), cast(BinaryIO, process.stderr)
    readers = [
        threading.Thread(target=_put_all, args=(stdout, lines), daemon=True),
        threading.Thread(target=_keep_all, args=(stderr, said), daemon=True),
    ]
    for reader in readers:
        reader.start()
    try:
        entry = _first_line(process, lines, said, readers[1], deadline)
        running = Served(entry, process.pid)
        try:
            yield running
        finally:
            running.exit_code = _end(process)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        for reader in readers:
            reader.join(2.0)


def _put_all(stream: BinaryIO, lines: queue.Queue[bytes]) -> None:
    """Hand lines over as they come, and an empty one at the end."""
    with stream:
        for line in iter(stream.readline, b""):
            lines.put(line)
    lines.put(b"")


def _keep_all(stream: BinaryIO, said: list[bytes]) -> None:
    with stream:
        said.extend(stream)


def _first_line(
    process: subprocess.Popen[bytes],
    lines: queue.Queue[bytes],
    said: list[bytes],
    errors: threading.Thread,
    deadline: float,
) -> str:
    try:
        line = lines.get(timeout=deadline)
    except queue.Empty:
        raise NotServing(f"It did not serve within {deadline:.0f} s.", _text(said)) from None
    if not line:
        code = process.wait()
        errors.join(2.0)  # its last words may still be on their way
        raise NotServing(f"It ended with exit code {code} before it served.", _text(said), code)
    return line.decode().strip()


def _group_of(user: str | None) -> int | None:
    if user is None:
        return None
    import pwd

    return pwd.getpwnam(user).pw_gid


def _text(said: list[bytes]) -> str:
    return b"".join(said).decode("utf-8", "replace").strip()


def _end(process: subprocess.Popen[bytes]) -> int:
    with suppress(ProcessLookupError):
        if host.WINDOWS:
            process.terminate()
        else:
            os.kill(process.pid, signal.SIGTERM)
    try:
        return process.wait(END_DEADLINE)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
