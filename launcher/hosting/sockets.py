"""The socket that visitors come to: bound once, by us, whichever server answers there.

A unix socket is for its user and group alone. One that was left behind is replaced, one that somebody still
answers at is not.
"""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from launcher import host
from launcher.errors import RuntimeFailure
from launcher.hosting.places import Place

BACKLOG = 2048  # connections that wait while all are busy, as far as the system allows (net.core.somaxconn)
UNIX_MODE = 0o660


def bind(place: Place) -> socket.socket:
    """Return a socket bound to a place, which does not listen yet; raises RuntimeFailure."""
    try:
        return _bind_path(Path(place.path)) if place.is_unix else _bind_address(place)
    except OSError as error:
        raise RuntimeFailure(
            f"{place.text} cannot be listened at: {error.strerror or error}.",
            "Choose another place with --bind.",
        ) from error


def text_of(bound: socket.socket) -> str:
    """Return the place of a bound socket, as it is typed."""
    name = bound.getsockname()
    if bound.family == getattr(socket, "AF_UNIX", None):
        return Place(path=os.fsdecode(name)).text
    return Place(address=name[0], port=name[1]).text


def remover(bound: socket.socket) -> Callable[[], None]:
    """Return what takes the file of a unix socket away, if it is still this one's then."""
    if bound.family != getattr(socket, "AF_UNIX", None):
        return lambda: None
    path = os.fsdecode(bound.getsockname())
    number = os.stat(path).st_ino

    def remove() -> None:
        with suppress(OSError):
            if os.stat(path).st_ino == number:
                os.unlink(path)

    return remove


def _bind_address(place: Place) -> socket.socket:
    family = socket.AF_INET6 if ":" in place.address else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        if host.WINDOWS:
            # There SO_REUSEADDR would let another process take the port over.
            bound.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_EXCLUSIVEADDRUSE"), 1)  # noqa: B009
        else:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind((place.address, place.port))
    except OSError:
        bound.close()
        raise
    return bound


def _bind_path(path: Path) -> socket.socket:
    with suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise FileExistsError(17, "there is a file of this name, which is no socket")
        if _is_answered(str(path)):
            raise FileExistsError(17, "another server answers there")
        path.unlink()
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o777 - UNIX_MODE)  # from its first moment
    try:
        bound.bind(str(path))
    except OSError:
        bound.close()
        raise
    finally:
        os.umask(before)
    return bound


def _is_answered(path: str) -> bool:
    """Tell whether somebody listens at a unix socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as visitor:
        visitor.settimeout(2)
        try:
            visitor.connect(path)
        except (BlockingIOError, TimeoutError):  # its queue is full
            return True
        except OSError:
            return False
    return True
