"""Bare systems to install packages in: copies of what debootstrap makes, entered as containers are."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from launcher import host
from tests.end_to_end.frozen import STRANGER
from tests.support.running import Running, ids_of

NEEDED = ("debootstrap", "unshare", "pivot_root", "mount", "cp")
HOME, PACKAGES = "/home/friend", "/opt/packages"
KEPT_NAMES = ("/etc/resolv.conf", "/etc/hosts")  # how a system finds others


def why_not() -> str:
    """Say why no system can be entered here; nothing where one can."""
    if not host.LINUX or not host.is_root():
        return "needs the rights to make a system"
    lacking = [name for name in NEEDED if shutil.which(name) is None]
    return f"needs {', '.join(lacking)}" if lacking else ""


class System:
    """A system of one's own, with a friend's home and the packages that it is given."""

    def __init__(self, bare: Path, place: Path, packages: Path) -> None:
        self.root = place / "root"
        subprocess.run(["cp", "-a", "--reflink=auto", bare, self.root], check=True)
        for name in KEPT_NAMES:
            shutil.copy(name, self.root / name.lstrip("/"))
        self.home = place / "home"
        self.home.mkdir()
        os.chown(self.home, *ids_of(STRANGER))
        self._place, self._packages = place, packages
        self._started: list[Running] = []

    def start(self, *command: str, user: str = STRANGER, env: Mapping[str, str] | None = None) -> Running:
        """Start a command of the system."""
        seen = {PACKAGES: self._packages, HOME: self.home}
        if env and "DISPLAY" in env:
            seen["/tmp/.X11-unix"] = Path("/tmp/.X11-unix")
        apart = ["unshare", "--mount", "--propagation", "private", sys.executable]
        words: list[str | Path] = [*apart, Path(__file__).with_name("enter.py"), self.root, user]
        words += [*(f"{where}={what}" for where, what in seen.items()), "--", "/usr/bin/env", *command]
        plain = {"HOME": HOME, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
        notes = self._place / f"said-{len(self._started)}"
        self._started.append(Running(words, {**plain, **(env or {})}, notes))
        return self._started[-1]

    def administer(self, *command: str) -> str:
        """Run a command as the system's administrator, to its end, and return what it says."""
        running = self.start(*command, user="root", env={"DEBIAN_FRONTEND": "noninteractive"})
        code = running.wait(seconds=400)
        if code and "Could not resolve" in running.stderr:
            pytest.skip("the packages of that system cannot be had here")
        assert code == 0, (running.stdout, running.stderr)
        return running.stdout

    def has(self, path: str) -> bool:
        """Tell whether a path is there, be it a link that leads nowhere outside of the system."""
        return os.path.lexists(self.root / path.lstrip("/"))

    def leave(self) -> None:
        """End everything that was started."""
        for running in self._started:
            running.clean_up()
        shutil.rmtree(self.root, ignore_errors=True)
