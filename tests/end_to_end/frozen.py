"""Packaged programs as strangers start them: another user, another folder, nothing writable."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from launcher import host
from tests.support.running import Running, ids_of

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
    with _owned(bundle, ids_of(STRANGER) if host.is_root() else (0, 0), 0o7777):
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
            os.chown(self.home, *ids_of(self.user))
        self._started: list[Running] = []

    def start(
        self,
        program: Path,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        headless: bool = True,
        cwd: Path | str = "/",
    ) -> Running:
        """Start a program, from the root folder unless told, with hardly any environment."""
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
            cwd=cwd,
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
