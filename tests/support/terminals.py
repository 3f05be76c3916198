"""A program in a terminal: what it writes there, and how wide that is."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import termios
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.networks import Machine
from tests.support.waiting import until


class Terminal:
    """One terminal with a program in it."""

    def __init__(self, process: subprocess.Popen[bytes], master: int) -> None:
        self.process = process
        self._master = master
        self._written = b""
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    @property
    def text(self) -> str:
        return self._written.decode("utf-8", "replace").replace("\r\n", "\n")

    def shows(self, words: str, *, times: int = 1, seconds: float = 60.0) -> str:
        """Wait until words stand there, and return all that does."""
        until(
            lambda: self.text.count(words) >= times or self.process.poll() is not None,
            seconds=seconds,
            what=lambda: self.text,
        )
        assert self.text.count(words) >= times, self.text
        return self.text

    def ended(self, seconds: float = 60.0) -> int:
        """Wait for the program's end, and return its exit code."""
        code = self.process.wait(seconds)
        self._reader.join(30)
        return code

    def _read(self) -> None:
        with suppress(OSError):  # the last program has left it
            while data := os.read(self._master, 65536):
                self._written += data


@contextmanager
def terminal_on(
    machine: Machine,
    words: Sequence[str | Path],
    env: Mapping[str, str],
    folder: Path,
    *,
    columns: int = 100,
    lines: int = 60,
) -> Iterator[Terminal]:
    """Run a command on a machine in a terminal of its own, and leave nothing of it."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    process = machine.start(
        words, env=env, cwd=folder, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
    )
    os.close(slave)
    terminal = Terminal(process, master)
    try:
        yield terminal
    finally:
        if process.poll() is None:
            process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
        terminal.ended()
        os.close(master)
