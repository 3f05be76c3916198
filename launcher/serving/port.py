"""The app's port: one of its own, the same at every start, bound once on 127.0.0.1, or where it is shared."""

from __future__ import annotations

import hashlib
import socket
from contextlib import suppress
from pathlib import Path

from launcher import host
from launcher.errors import RuntimeFailure
from launcher.serving.policy import ADDRESS

# Below the ephemeral ranges of all three systems (Linux starts at 32768).
FIRST_PORT, LAST_PORT = 20000, 32767


def preferred_port(identifier: str) -> int:
    """Return the app's stable port: the origin contains it, and with it localStorage."""
    digest = hashlib.sha256(identifier.encode()).digest()
    return FIRST_PORT + int.from_bytes(digest[:4], "big") % (LAST_PORT - FIRST_PORT + 1)


def bind(
    identifier: str, *, port: int | None = None, memory: Path | None = None, address: str = ADDRESS
) -> socket.socket:
    """Bind and listen at `port` exactly, or at the app's stable port or the next free one.

    `memory` is a file that remembers the port which this app got the last time,
    so that a fallback stays the app's address afterwards. Raises RuntimeFailure
    when `port` is taken, or nothing is free.
    """
    if port is not None:
        try:
            return _listen(port, address)
        except OSError as error:
            raise RuntimeFailure(
                f"Port {port} cannot be used: {error.strerror or error}.",
                "Choose another with --port, or leave it out.",
            ) from error
    for candidate in _candidates(identifier, memory):
        try:
            bound = _listen(candidate, address)
        except OSError:  # taken, or reserved by the system (Windows: 10013)
            continue
        if memory is not None:
            with suppress(OSError):  # of a full disk others will tell; this is no port's fault
                memory.write_text(str(candidate), encoding="ascii")
        return bound
    raise RuntimeFailure(
        f"No port between {FIRST_PORT} and {LAST_PORT} is free.",
        "Restart the computer and try again.",
    )


def usual_port(identifier: str, memory: Path) -> int:
    """Return the port at which the app is to be found, unless it is taken."""
    return _candidates(identifier, memory)[0]


def _candidates(identifier: str, memory: Path | None) -> list[int]:
    first = preferred_port(identifier)
    ports = [FIRST_PORT + (first - FIRST_PORT + step) % (LAST_PORT - FIRST_PORT + 1) for step in range(200)]
    with suppress(OSError, ValueError):
        remembered = int(memory.read_text(encoding="ascii")) if memory is not None else 0
        if FIRST_PORT <= remembered <= LAST_PORT:
            ports.insert(0, remembered)
    return ports


def _listen(port: int, address: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        if host.WINDOWS:
            # There SO_REUSEADDR would let another process take the port over.
            bound.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_EXCLUSIVEADDRUSE"), 1)  # noqa: B009
        else:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((address, port))
        bound.listen(1024)
    except OSError:
        bound.close()
        raise
    return bound
