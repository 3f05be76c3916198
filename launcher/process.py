"""The backend as its parent sees it: started, listened to, stopped, and surely gone."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TextIO

from launcher import host
from launcher.control import Channel, Message, Order
from launcher.logs import Log

STOP_DEADLINE = 14.0  # seconds: the longest drain, the app's own exit functions, and some


class BackendProcess:
    """One run of a backend.

    `on_event` gets its events, and at the end {"event": "ended", "code": N},
    all on one thread. What it prints goes to the log, and to `copy`.
    """

    def __init__(
        self,
        command: Sequence[str],
        order: Order,
        log: Log,
        on_event: Callable[[Message], None],
        *,
        environ: Mapping[str, str] | None = None,
        copy: TextIO | None = None,
    ) -> None:
        self._on_event = on_event
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environ,
            # A group of its own: a terminal's Ctrl-C is ours to handle, and its children end with it.
            start_new_session=not host.WINDOWS,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        process: Any = self._process
        self._channel = Channel(process.stdout, process.stdin)
        self._channel.send(order.to_message())
        self._pump = log.pump(process.stderr, copy)
        self._reader = self._channel.follow(on_event, self._ended)

    @property
    def pid(self) -> int:
        return self._process.pid

    def command(self, name: str) -> None:
        """Send a command."""
        self._channel.send({"command": name})

    def stop(self, deadline: float = STOP_DEADLINE) -> int:
        """End the backend and everything it started; return its exit code."""
        self.command("stop")
        try:
            self._process.wait(deadline)
        except subprocess.TimeoutExpired:
            self._process.kill()
        code = self._process.wait()
        self._channel.close()
        self._end_children()
        if threading.current_thread() is not self._reader:
            self._reader.join(1.0)
        return code

    def _ended(self) -> None:
        code = self._process.wait()
        self._pump.join(1.0)  # a child of the app may hold the pipe open
        self._on_event({"event": "ended", "code": code})

    def _end_children(self) -> None:
        if not host.WINDOWS:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
