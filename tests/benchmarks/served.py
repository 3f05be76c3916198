"""A small Flask app on Waitress, plain or behind gate and guard: python -m tests.benchmarks.served KIND.

Prints its port and the cookie that opens it, and serves until its standard input ends.
"""

from __future__ import annotations

import socket
import sys
import threading

from flask import Flask
from waitress.server import create_server

from launcher.serving.guard import Guard
from launcher.serving.policy import Policy
from launcher.serving.server import Server

KINDS = ("plain Waitress", "gate and guard", "plain Waitress, limits as shipped")
THREADS = 16
PAGE = "<!doctype html><title>Notes</title>" + "<p>A line of a note that somebody wrote.</p>" * 40

app = Flask(__name__)


@app.get("/")
def index() -> str:
    """Answer with two kilobytes, as a small page has."""
    return PAGE


def main() -> None:
    """Serve one kind."""
    kind = sys.argv[1]
    bound = socket.create_server(("127.0.0.1", 0), backlog=1024)
    bound.setblocking(False)
    port: int = bound.getsockname()[1]
    policy = Policy.for_port(port)
    if kind == KINDS[1]:
        Server(Guard(app, policy), bound, policy.judge, threads=THREADS, max_body=1 << 30).start()
    else:
        more = {} if kind == KINDS[2] else {"threads": THREADS, "asyncore_use_poll": True}
        server = create_server(app, sockets=[bound], **more)
        threading.Thread(target=server.run, daemon=True).start()
    print(port, f"{policy.cookie_name}={policy.secret}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
