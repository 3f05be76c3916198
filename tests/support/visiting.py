"""Visitors on machines of a network: sockets that are made there, used by the tests here."""

from __future__ import annotations

import ctypes
import http.client
import os
import socket
import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from tests.support.asking import DEADLINE, Answer, answer_of
from tests.support.networks import Machine

Found = TypeVar("Found")
NEW_NETWORK = 0x40000000  # of Linux's <sched.h>


def inside(machine: Machine, action: Callable[[], Found]) -> Found:
    """Do something on a machine, as far as the network goes; what it opens stays there."""
    found: list[Found] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            descriptor = os.open(f"/run/netns/{machine.name}", os.O_RDONLY)
            try:
                if ctypes.CDLL(None, use_errno=True).setns(descriptor, NEW_NETWORK):
                    raise OSError(ctypes.get_errno(), "setns")
            finally:
                os.close(descriptor)
            found.append(action())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)  # the network is a thread's own, and goes with it
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return found[0]


def connect(machine: Machine, address: str, port: int, *, timeout: float = DEADLINE) -> socket.socket:
    """Connect from a machine."""
    return inside(machine, lambda: socket.create_connection((address, port), timeout=timeout))


class Caller:
    """A browser on some machine, or on this one: it asks one server and keeps the cookies."""

    def __init__(
        self, address: str, port: int, machine: Machine | None = None, agent: str = "Test/1.0"
    ) -> None:
        self.address, self.port, self.machine, self.agent = address, port, machine, agent
        self.cookies: dict[str, str] = {}

    @property
    def host(self) -> str:
        return f"{self.address}:{self.port}"

    def connect(self) -> socket.socket:
        """Connect to the server."""
        if self.machine is None:
            return socket.create_connection((self.address, self.port), timeout=DEADLINE)
        return connect(self.machine, self.address, self.port)

    def ask(
        self,
        path: str = "/",
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Ask once, on a connection of its own."""
        connection = http.client.HTTPConnection(self.address, self.port, timeout=DEADLINE)
        connection.sock = self.connect()
        try:
            connection.request(method, path, body=body, headers=self._headers(headers or {}))
            found = answer_of(connection)
        finally:
            connection.close()
        for name, value in found.headers:
            if name == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return found

    def post(self, path: str, **form: object) -> Answer:
        """Send a form, as one of the server's own pages does."""
        body = "&".join(f"{name}={value}" for name, value in form.items()).encode("ascii")
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{self.host}"}
        return self.ask(path, method="POST", headers=headers, body=body)

    def request(self, path: str = "/") -> bytes:
        """Return a request as it goes over the wire."""
        head = "".join(f"{name}: {value}\r\n" for name, value in self._headers({}).items())
        return f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\n{head}\r\n".encode("ascii")

    def _headers(self, more: Mapping[str, str]) -> dict[str, Any]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"User-Agent": self.agent, **({"Cookie": cookie} if cookie else {}), **more}
