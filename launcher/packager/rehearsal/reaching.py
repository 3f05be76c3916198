"""What a rehearsed app reaches for outside of its process: programs, hosts, listeners.

Asked by the audit hook; only the standard library is imported here.
"""

from __future__ import annotations

import os
import shlex
import shutil
import socket
from typing import Any

from launcher.packager.rehearsal.noting import Notes, full, text

Values = tuple[Any, ...]
HERE = ("127.", "::1")
SHELLS = ("sh", "bash", "cmd", "cmd.exe")


class Reaching:
    """Writes down programs, hosts and listeners; no method refuses anything."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._own = (socket.gethostname(), "localhost", "")
        self._ports: set[str] = set()  # of hosts that were asked for by their names

    def program(self, executable: Any, words: Any, environ: Any) -> bool:
        """Note a program: what a shell is told to start counts, not the shell."""
        if isinstance(words, str | bytes):
            words = ["sh", "-c", text(words)]
        parts = [text(word) for word in words]
        name = text(executable) if executable is not None else parts[0]
        if os.path.basename(name).lower() in SHELLS and parts[1:2] in (["-c"], ["/c"], ["/C"]):
            name = _first_word(parts[2]) or name
        if self._notes.is_trying():
            return False
        by = self._notes.by()
        path = (environ or os.environ).get("PATH", os.defpath)
        found = shutil.which(name, path=text(path))
        return self._notes.note("program", name, full(found) if found else "", by)

    def name(self, host: Any, port: Any) -> bool:
        """Note a host that is asked for by its name."""
        name = text(host) if host is not None else ""
        if name in self._own or _is_number(name):
            return False
        self._ports.add(str(port))
        return self._notes.note("host", name, _port(port), self._notes.by())

    def connect(self, values: Values) -> bool:
        """Note a host that is called by its number."""
        connecting, address = values[0], values[1]
        is_inet = connecting.family in (socket.AF_INET, socket.AF_INET6)
        if not is_inet or connecting.type == socket.SOCK_DGRAM:
            return False  # whoever connects a datagram socket asks for this machine's own address
        host, port = text(address[0]), address[1]
        if not _is_number(host):
            return self.name(host, port)
        if {str(port), "None", "http", "https"} & self._ports and not host.startswith(HERE):
            return False  # it was asked for by its name
        return self._notes.note("host", host, _port(port), self._notes.by())

    def bind(self, values: Values) -> bool:
        """Note who took a port."""
        binding, address = values[0], values[1]
        if binding.family not in (socket.AF_INET, socket.AF_INET6):
            return False
        return self._notes.note("bind", str(address[0]), _port(address[1]), self._notes.by())


def _first_word(command: str) -> str:
    try:
        words = shlex.split(command)
    except ValueError:
        words = command.split()
    words = [word for word in words if "=" not in word]
    return words[0] if words else ""


def _is_number(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _port(port: Any) -> int:
    try:
        return int(port)
    except (TypeError, ValueError):
        return {"https": 443, "http": 80}.get(str(port), 0)
