"""A program that was started as a real process: what it says, its way in, and that nothing of it is left."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from tests.support import processes
from tests.support.asking import Visitor
from tests.support.waiting import until


class Running:
    """A program under way; what it says is kept in files called as `notes` with .out and .err."""

    def __init__(
        self,
        command: Sequence[str | Path],
        environ: Mapping[str, str],
        notes: Path,
        user: str | None = None,
        *,
        cwd: Path | str | None = "/",
        stderr: int | None = None,
    ) -> None:
        self._output, self._errors = notes.with_suffix(".out"), notes.with_suffix(".err")
        with self._output.open("wb") as output, self._errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [str(word) for word in command],
                cwd=cwd,
                env=dict(environ),
                user=user,
                group=ids_of(user)[1] if user else None,
                extra_groups=[] if user else None,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors if stderr is None else stderr,
            )
        self._seen: dict[int, psutil.Process] = {}

    @property
    def stdout(self) -> str:
        return self._output.read_text(encoding="utf-8")

    @property
    def stderr(self) -> str:
        return self._errors.read_text(encoding="utf-8", errors="replace")

    def entry(self, *, seconds: float = 120.0) -> str:
        """Wait for the one line on standard output, the entry URL."""
        until(lambda: self.stdout.endswith("\n") or self.process.poll() is not None, seconds=seconds)
        assert self.stdout, f"ended with {self.process.poll()}:\n{self.stderr}"
        return self.stdout.splitlines()[0]

    def visit(self) -> Visitor:
        """Enter the app by its entry URL."""
        return Visitor(self.entry())

    def note_processes(self) -> list[psutil.Process]:
        """List the program's processes, and remember them for the end."""
        if self.process.poll() is None:
            for process in processes.with_descendants(self.process.pid):
                self._seen[process.pid] = process
        return list(self._seen.values())

    def wait(self, seconds: float = 60.0) -> int:
        """Wait for the program's end and return its exit code."""
        return self.process.wait(seconds)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, wait for the end, see that nothing is left, and return the exit code."""
        family = self.note_processes()
        self.process.send_signal(number)
        code = self.wait()
        assert not (left := processes.left_of(family)), left
        return code

    def clean_up(self) -> None:
        """Leave nothing running, whatever happened."""
        self.note_processes()
        processes.end(process for process in self._seen.values() if process.is_running())
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(30)


def ids_of(user: str) -> tuple[int, int]:
    """Return the numbers of a user and of his group."""
    import pwd

    entry = pwd.getpwnam(user)
    return entry.pw_uid, entry.pw_gid
