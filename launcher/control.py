"""What the program and its backend tell each other: one JSON object a line, over the backend's own pipes.

The program's first line is the order; after it come commands (`stop`, `entry`, and `apart`: a browser that
has cookies of other apps shows this one), and the end of the pipe means that the program is gone. The backend
sends events: `listening`, `ready`, `failed`, `raise`, `reopen`, `entry`, `quit`; and while the app is shared
with other devices:

    shared       link, address, port, until (local time), ask    it begins, or another link is the one to give
    guest        what ("asks", "joined", "refused", "revoked"), device, address, digits (of who asks or asked)
    unshared     why, asked (the owner ended it), watched (his page says so where he sees it)   it has ended
    unshareable  why, addresses ([address, interface], ...)       it could not begin by itself
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Order:
    """What a backend is to serve; all paths are absolute."""

    manifest: str
    root: str
    data: str
    sites: tuple[str, ...] = ()
    settle: bool = False  # True: `root` is a bundle's app layer; run in the home made from it
    port: int | None = None
    threads: int | None = None
    arguments: tuple[str, ...] = ()
    share: Message | None = None  # begin by itself: {"address": str | None, "ask": bool, "hours": number}
    icon: str | None = None  # the picture of the app, where it has one

    def to_message(self) -> Message:
        return asdict(self)


def order_of(message: Message) -> Order:
    """Read an order that `Order.to_message` made."""
    return Order(
        **{**message, "sites": tuple(message["sites"]), "arguments": tuple(message["arguments"])}
    )


class Channel:
    """One end of the pipes: send messages from any thread, read them in one."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._lock = threading.Lock()

    def send(self, message: Message) -> None:
        """Send one message; an other end that is gone is no error, its end is read elsewhere."""
        with self._lock, suppress(OSError, ValueError):
            self._outgoing.write(json.dumps(message).encode("ascii") + b"\n")
            self._outgoing.flush()

    def close(self) -> None:
        """Send no more, which tells the other end that this one is gone."""
        with self._lock, suppress(OSError):
            self._outgoing.close()

    def messages(self) -> Iterator[Message]:
        """Yield messages until the other end closes."""
        with suppress(OSError, ValueError):
            for line in iter(self._incoming.readline, b""):
                yield json.loads(line)

    def follow(
        self, handle: Callable[[Message], None], ended: Callable[[], None]
    ) -> threading.Thread:
        """Hand every message to `handle` on a thread of its own, and call `ended` at the end."""

        def run() -> None:
            for message in self.messages():
                handle(message)
            with suppress(OSError):
                self._incoming.close()
            ended()

        thread = threading.Thread(target=run, name="control", daemon=True)
        thread.start()
        return thread


def claim_standard_pipes() -> Channel:
    """Take stdin and stdout for the channel, and leave the user's code an empty stdin and the log.

    Descriptors are moved, not only Python's objects: extensions and child
    processes write to the same places.
    """
    incoming = os.fdopen(os.dup(0), "rb")
    outgoing = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    options: dict[str, Any] = {"encoding": "utf-8", "errors": "replace", "closefd": False}
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        stream = os.fdopen(number, mode, buffering=1, **options)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    return Channel(incoming, outgoing)
