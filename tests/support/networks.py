"""Machines of a network that a test makes itself: namespaces on one bridge, with addresses of their own.

Nothing of it can be reached from outside, nor does it reach anything outside. All of it is taken down again,
and what still runs in it is ended.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.support.processes import end, left_of

MOST = 12  # machines in one network
NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine of a network; `address` is its IPv4 address there, `interface` its card's name."""

    name: str
    address: str
    interface: str = "eth0"

    def command(self, words: Sequence[str | Path]) -> list[str]:
        """Return the command that runs another on this machine."""
        return ["ip", "netns", "exec", self.name, *map(str, words)]

    def run(
        self, words: Sequence[str | Path], *, timeout: float = 60, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run a command on it to its end."""
        return subprocess.run(
            self.command(words), capture_output=True, text=True, timeout=timeout, check=check
        )

    def start(
        self, words: Sequence[str | Path], *, env: Mapping[str, str] | None = None, **options: Any
    ) -> subprocess.Popen[Any]:
        """Start a command on it; the process is the command itself."""
        return subprocess.Popen(self.command(words), env=env, **options)

    def processes(self) -> list[psutil.Process]:
        """List what runs on it."""
        return [psutil.Process(pid) for pid in _pids(self.name) if psutil.pid_exists(pid)]

    def unplug(self) -> None:
        """Take it off the network, as a pulled cable does: nobody is told."""
        _ip("-n", self.name, "link", "set", self.interface, "down")

    def plug_in(self) -> None:
        """Put it back."""
        _ip("-n", self.name, "link", "set", self.interface, "up")

    def readdress(self, address: str, bits: int = 24) -> None:
        """Give it another address, as joining another Wi-Fi does."""
        _ip("-n", self.name, "address", "flush", "dev", self.interface)
        _ip("-n", self.name, "address", "add", f"{address}/{bits}", "dev", self.interface)


@dataclass(slots=True)
class Network:
    """A bridge with machines on it."""

    bridge: str
    prefix: str  # the first three numbers of its addresses
    machines: dict[str, Machine] = field(default_factory=dict)

    def machine(self, name: str, host: int | None = None) -> Machine:
        """Add a machine; `host` is the last number of its address."""
        number = len(self.machines) + 1
        assert number <= MOST, "a test's network stays small"
        one = Machine(f"{self.bridge}-{name}", f"{self.prefix}.{host or number + 10}")
        inside, outside = f"{self.bridge}i{number}", f"{self.bridge}o{number}"
        _ip("netns", "add", one.name)
        self.machines[name] = one
        _ip("link", "add", outside, "type", "veth", "peer", "name", inside)
        _ip("link", "set", inside, "netns", one.name)
        _ip("-n", one.name, "link", "set", inside, "name", one.interface)
        _ip("link", "set", outside, "netns", self.bridge)
        _ip("-n", self.bridge, "link", "set", outside, "master", "br0")
        _ip("-n", self.bridge, "link", "set", outside, "up")
        _ip("-n", one.name, "address", "add", f"{one.address}/24", "dev", one.interface)
        _ip("-n", one.name, "link", "set", one.interface, "up")
        _ip("-n", one.name, "link", "set", "lo", "up")
        return one


def can_make_networks() -> bool:
    """Tell whether this machine lets us make networks."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    name = f"lt{os.getpid()}p"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode == 0
    if made:
        subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)
    return made


@contextmanager
def network(prefix: str = "192.168.77") -> Iterator[Network]:
    """Make a network, and take it down with all that runs in it."""
    if not can_make_networks():
        pytest.skip("needs a Linux and a root that may make network namespaces")
    # Short: a card's name has room for fifteen letters. The bridge is in a namespace of its own as well.
    made = Network(f"lt{os.getpid() % 100000}{chr(96 + next(NUMBERS) % 26 or 122)}", prefix)
    _ip("netns", "add", made.bridge)
    try:
        _ip("-n", made.bridge, "link", "add", "br0", "type", "bridge", "forward_delay", "0")
        _ip("-n", made.bridge, "link", "set", "br0", "up")
        yield made
    finally:
        names = [made.bridge, *(one.name for one in made.machines.values())]
        running = [psutil.Process(pid) for name in names for pid in _pids(name) if psutil.pid_exists(pid)]
        end(running)
        left_of(running)
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)


def _pids(name: str) -> list[int]:
    found = subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True, check=False)
    return [int(word) for word in found.stdout.split()]


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], capture_output=True, text=True, check=True)
