"""A guarded app on a real server, in this process."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from launcher.serving.gate import Judge
from launcher.serving.guard import Guard
from launcher.serving.policy import PASS, PREFIX, Allowances, Policy, Request, Verdict
from launcher.serving.server import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


MAX_BODY = 1 << 20
DOOR = PREFIX + "raise"
NOTHING = Allowances()


class CountingApp:
    """A WSGI app that says hello, and remembers who reached it."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.calls.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else b"hello"]


def everybody(request: Request) -> Verdict:
    """Let every request through."""
    return PASS


def listening() -> socket.socket:
    """Return a socket that listens at a port which nobody else has."""
    bound = socket.create_server(("127.0.0.1", 0), backlog=128)
    bound.setblocking(False)
    return bound


@contextmanager
def serving(
    app: WSGIApplication, bound: socket.socket, judge: Judge = everybody, *, threads: int = 4
) -> Iterator[Server]:
    """Serve an app until the end of the block, to everybody where nobody judges."""
    server = Server(app, bound, judge, threads=threads, max_body=MAX_BODY)
    server.start()
    try:
        yield server
    finally:
        server.stop(reads=0.0, writes=0.0)


class Guarded:
    """A guarded app being served: its port, its policy, and who got through."""

    def __init__(self, bound: socket.socket, allowances: Allowances = NOTHING) -> None:
        self.port: int = bound.getsockname()[1]
        self.app = CountingApp()
        self.policy = Policy.for_port(self.port, doors=frozenset((DOOR,)), allowances=allowances)
        self.guard = Guard(self.app, self.policy)
        self.cookie = f"{self.policy.cookie_name}={self.policy.secret}"
