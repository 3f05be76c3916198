"""The end of listening: nobody else may come, and whoever has come is let in first.

A connection that still lies in the system's queue when a socket is closed is cut, although its visitor has
sent a request already, and no proxy may send a form a second time. So the way to the queue is closed before
the socket: by taking a unix socket's name away, or by dropping what asks for a new connection. Who comes
meanwhile asks again a second later, and is refused then: his request has gone nowhere, and a proxy takes it
to another server.
"""

from __future__ import annotations

import ctypes
import select
import socket
import struct
import time
from collections.abc import Callable

from launcher import host

ATTACH_FILTER = 26  # SO_ATTACH_FILTER of Linux, which Python does not name
# A program for Linux's packet filter: drop what has SYN and no ACK among its flags, and let the rest through.
NO_NEW = (
    (0x30, 0, 0, 13),  # load the byte of the flags
    (0x54, 0, 0, 0x12),  # SYN and ACK of them
    (0x15, 0, 1, 0x02),  # SYN alone?
    (0x06, 0, 0, 0),  # drop
    (0x06, 0, 0, 0xFFFFFFFF),  # keep all
)
QUIET = 0.05  # seconds without anybody in the queue: whoever is half connected has arrived by then
PATIENCE = 5.0  # seconds for all in the queue to be taken out of it
STEP = 0.005


def let_in(bound: socket.socket, remove: Callable[[], None]) -> None:
    """Return when nobody can come to a socket and nobody waits there; `remove` takes its file away.

    Those in the queue are taken out by the processes that answer, which must not know of the end yet.
    """
    remove()
    if not _is_shut_off(bound):
        return  # others would come all the time
    queue = select.poll()
    queue.register(bound.fileno(), select.POLLIN)
    begin = empty_since = time.monotonic()
    while (now := time.monotonic()) < begin + PATIENCE and now < empty_since + QUIET:
        if queue.poll(0):
            empty_since = now + STEP
        time.sleep(STEP)


def _is_shut_off(bound: socket.socket) -> bool:
    """Let nobody else come to a socket; tell whether that could be done."""
    if bound.family not in (socket.AF_INET, socket.AF_INET6):
        return True  # its file is gone
    if not host.LINUX:
        return False
    program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *line) for line in NO_NEW))
    try:
        about = struct.pack("HP", len(NO_NEW), ctypes.addressof(program))
        bound.setsockopt(socket.SOL_SOCKET, ATTACH_FILTER, about)
    except OSError:
        return False
    return True
