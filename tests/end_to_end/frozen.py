"""Packaged programs as strangers start them: another user, another folder, nothing writable."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from launcher import host
from tests.support import processes
from tests.support.asking import Visitor
from tests.support.waiting import until

FOREIGN_OWNER = 12345  # of the bundle; nobody's id on any machine
STRANGER = "nobody"


@contextmanager
def open_folder(prefix: str = "launcher-test-") -> Iterator[Path]:
    """Make a folder into which every user may look; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as name:
        place = Path(name)
        place.chmod(0o755)
        yield place


@contextmanager
def sealed(bundle: Path) -> Iterator[Path]:
    """Let a bundle belong to somebody else and be writable for nobody, for a while."""
    with _owned(bundle, (FOREIGN_OWNER, FOREIGN_OWNER), 0o7555):
        yield bundle


@contextmanager
def unpacked_by_stranger(bundle: Path) -> Iterator[Path]:
    """Let a bundle belong to whoever starts it, as in a folder of downloads, for a while."""
    with _owned(bundle, _ids(STRANGER) if host.is_root() else (0, 0), 0o7777):
        yield bundle


@contextmanager
def _owned(bundle: Path, owner: tuple[int, int], mask: int) -> Iterator[None]:
    modes = {path: path.lstat().st_mode for path in _everything(bundle)}
    try:
        for path, mode in modes.items():
            if host.is_root():
                os.chown(path, *owner, follow_symlinks=False)
            if not path.is_symlink():
                path.chmod(mode & mask)
        yield
    finally:
        for path, mode in modes.items():
            if not path.is_symlink() and not path.exists():
                continue
            if host.is_root():
                os.chown(path, 0, 0, follow_symlinks=False)
            if not path.is_symlink():
                path.chmod(mode)


def _everything(bundle: Path) -> list[Path]:
    return [bundle, *bundle.rglob("*")]


class Stranger:
    """Somebody without rights on this machine, with a home that is empty at first."""

    def __init__(self, place: Path) -> None:
        self.user = STRANGER if host.is_root() else None
        self.home = place / "stranger's home"
        self.home.mkdir()
        self._notes = place / "what was said"
        self._notes.mkdir()
        if self.user is not None:
            os.chown(self.home, *_ids(self.user))
        self._started: list[Running] = []

    def start(
        self,
        program: Path,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        headless: bool = True,
    ) -> Running:
        """Start a program from the root folder, with hardly any environment."""
        environ = {"HOME": str(self.home), "PATH": os.defpath, "LANG": "C.UTF-8"}
        if host.WINDOWS:  # where no program starts without these
            kept = ("SYSTEMROOT", "WINDIR", "COMSPEC", "PATH", "TEMP", "TMP")
            environ |= {name: os.environ[name] for name in kept if name in os.environ}
            environ |= {"USERPROFILE": str(self.home), "LOCALAPPDATA": str(self.home)}
        if headless:
            environ["LAUNCHER_HEADLESS"] = "1"
        running = Running(
            [str(program), *arguments],
            {**environ, **(env or {})},
            self._notes / str(len(self._started)),
            self.user,
        )
        self._started.append(running)
        return running

    def written(self) -> list[str]:
        """List all files below the home, relative to it."""
        return sorted(
            path.relative_to(self.home).as_posix() for path in self.home.rglob("*") if not path.is_dir()
        )

    def leave(self) -> None:
        """End everything that was started."""
        for running in self._started:
            running.clean_up()


class Running:
    """A packaged program that was started."""

    def __init__(self, command: list[str], environ: Mapping[str, str], notes: Path, user: str | None) -> None:
        self._output, self._errors = notes.with_suffix(".out"), notes.with_suffix(".err")
        with self._output.open("wb") as output, self._errors.open("wb") as errors:
            self.process = subprocess.Popen(
                command,
                cwd="/",
                env=dict(environ),
                user=user,
                group=_ids(user)[1] if user else None,
                extra_groups=[] if user else None,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
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

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, wait for the end, see that nothing is left, and return the exit code."""
        family = self.note_processes()
        self.process.send_signal(number)
        code = self.process.wait(60)
        assert not (left := processes.left_of(family)), left
        return code

    def clean_up(self) -> None:
        """Leave nothing running, whatever happened."""
        self.note_processes()
        processes.end(process for process in self._seen.values() if process.is_running())
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(30)


def _ids(user: str) -> tuple[int, int]:
    import pwd

    entry = pwd.getpwnam(user)
    return entry.pw_uid, entry.pw_gid
