"""Which system this is, and how it installs packages."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from launcher import host
from launcher.doctor import packages

OS_RELEASE = Path("/etc/os-release")
DPKG = Path("/var/lib/dpkg/info")

Command = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manager:
    """A package manager: what brings its lists up to date, and what installs."""

    name: str
    refresh: Command
    install: Command


MANAGERS = (
    Manager(
        "apt-get",
        ("apt-get", "update", "-qq"),
        ("apt-get", "install", "--yes", "-qq", "--no-install-recommends"),
    ),
    Manager("dnf", (), ("dnf", "install", "--assumeyes")),
    Manager("zypper", (), ("zypper", "--non-interactive", "install", "--capability")),
    # Upgrading a part of the system is not supported there, so the lists stay as they are.
    Manager("pacman", (), ("pacman", "-S", "--needed", "--noconfirm")),
)


@dataclass(frozen=True, slots=True)
class System:
    """A system by its name, with its package manager where we know it."""

    name: str
    manager: Manager | None

    def names(self, needs: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the packages that bring `needs`, and the needs whose package is not known."""
        if self.manager is None:
            return (), tuple(needs)
        choices = {need: packages.candidates(self.manager.name, need) for need in needs}
        several = {name for names in choices.values() if len(names) > 1 for name in names}
        offered = candidates_of(_apt_policy(tuple(several)))
        found = {_chosen(names, offered): None for names in choices.values() if names}
        return tuple(found), tuple(need for need, names in choices.items() if not names)

    def commands(self, names: tuple[str, ...]) -> tuple[Command, ...]:
        """Return the commands that install `names`."""
        if self.manager is None or not names:
            return ()
        install = (*self.manager.install, *names)
        return (self.manager.refresh, install) if self.manager.refresh else (install,)

    def typed(self, commands: Iterable[Command]) -> str:
        """Return `commands` as one line to type, with the rights they need."""
        rights = "sudo " if self.needs_rights() else ""
        return " && ".join(
            (rights if self.is_for_packages(command) else "") + shlex.join(command)
            for command in commands
        )

    def is_for_packages(self, command: Command) -> bool:
        """Tell whether a command is one of the package manager's."""
        return self.manager is not None and command[0] == self.manager.name

    def needs_rights(self) -> bool:
        """Tell whether installing needs rights that this process has not."""
        return self.manager is not None and not host.is_root()


def this() -> System:
    """Look at the system we run on."""
    if not host.LINUX:
        return System("Windows" if host.WINDOWS else "macOS", None)
    manager = next((known for known in MANAGERS if shutil.which(known.name)), None)
    return System(release_name(_text(OS_RELEASE)), manager)


def release_name(os_release: str) -> str:
    """Return what an os-release file calls the system."""
    match = re.search(r"^PRETTY_NAME=[\"']?(.*?)[\"']?$", os_release, re.MULTILINE)
    return match[1] if match and match[1] else "Linux"


def _chosen(names: tuple[str, ...], offered: frozenset[str]) -> str:
    """Return the one of several names of a thing that this system uses."""
    for name in names:
        if name in offered:
            return name
    # Debian renamed libraries when time_t got 64 bits. Without package lists, the libraries
    # that are installed tell whether this system is from before or after.
    renamed = len(names) > 1 and any(DPKG.glob("lib*t64*.list"))
    return names[0] if renamed else names[-1]


def candidates_of(policy: str) -> frozenset[str]:
    """Return the packages for which `apt-cache policy` names a version to install."""
    found = re.findall(r"^(\S+):\n(?: .*\n)*? +Candidate: (?!\(none\))", policy, re.MULTILINE)
    return frozenset(found)


def _apt_policy(names: tuple[str, ...]) -> str:
    if not names or shutil.which("apt-cache") is None:
        return ""
    answer = subprocess.run(
        ["apt-cache", "policy", *names],
        env={"LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=60,
    )
    return answer.stdout.decode("utf-8", "replace")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
