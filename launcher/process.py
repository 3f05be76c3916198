"""The backend as its parent sees it: started, listened to, stopped, and surely gone."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TextIO

from launcher import host
from launcher.control import Channel, Message, Order
from launcher.launch import Launch
from launcher.logs import Log
from launcher.paths import AppFolders

LOOK = getattr(os, "WEXITED", 0) | getattr(os, "WNOWAIT", 0)  # at a process that ended, and leave it
STOP_DEADLINE = 14.0  # seconds: the longest drain, the app's own exit functions, and some


def order_for(launch: Launch, folders: AppFolders) -> Order:
    """Return what a backend is told of a launch."""
    return Order(
        manifest=str(launch.manifest),
        root=str(launch.root),
        data=str(folders.root),
        sites=tuple(str(site) for site in launch.sites),
        settle=launch.settle,
        port=launch.port,
        threads=launch.threads,
        arguments=launch.arguments,
        share=None if launch.share is None else dict(launch.share),
        icon=None if launch.icon is None else str(launch.icon),
    )


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
        self._closed = threading.Event()  # set when the backend's end of the pipe is
        self._collecting = threading.Lock()
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

    def has_ended(self) -> bool:
        """Tell whether the backend has ended, without collecting it."""
        with self._collecting:
            if self._process.returncode is not None:
                return True
            if hasattr(os, "waitid"):
                with contextlib.suppress(ChildProcessError):
                    return os.waitid(os.P_PID, self._process.pid, LOOK | os.WNOHANG) is not None
            # The end of its pipe is nearly the same: forked children of the app may hold it open.
            return self._closed.is_set()

    def stop(self, deadline: float = STOP_DEADLINE) -> int:
        """End the backend and everything it started; return its exit code."""
        self.command("stop")
        end = time.monotonic() + deadline
        while not self.has_ended() and time.monotonic() < end:
            time.sleep(0.02)
        if not self.has_ended():
            self._process.kill()
        code = self._collect()
        self._channel.close()
        self._reader.join(1.0)
        return code

    def kill(self) -> None:
        """End the backend now, whatever it is doing; `stop` and the last event do the rest."""
        with self._collecting:
            if self._process.returncode is None:
                self._process.kill()

    def _ended(self) -> None:
        self._closed.set()
        code = self._collect()
        self._pump.join(1.0)  # a child of the app may hold the pipe open
        self._on_event({"event": "ended", "code": code})

    def _collect(self) -> int:
        """Wait for the end, end what the backend started, and return its exit code.

        Until it is collected the process keeps its number, and with it its
        group's; a moment later both may belong to somebody else.
        """
        with self._collecting:
            if self._process.returncode is None and not host.WINDOWS:
                with contextlib.suppress(ChildProcessError):
                    if hasattr(os, "waitid"):
                        os.waitid(os.P_PID, self._process.pid, LOOK)
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            return self._process.wait()
