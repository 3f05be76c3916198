"""Gunicorn, by its own settings alone: no file and no variable of a user's configures it.

Its threaded worker is the one that goes on answering while requests are slow. A main program that starts a
server is answered for from inside that call, as everywhere.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.errors import HaltServer

from launcher.hosting import closing, sockets
from launcher.hosting.gunicorn_worker import Worker, leave
from launcher.hosting.order import Hosting
from launcher.hosting.telling import UNSERVABLE, description, say

MEMORY = Path("/dev/shm")
# Longer than nginx keeps an idle connection (60 s): who closes first must be the proxy, or a request is lost.
BEHIND_PROXY, ALONE = 75, 5
BROKEN = 6
Known = tuple[Hosting, str, str]  # the order as it is carried out, a salt, and the proof of the app's keys


def serve(known: Known, look_again: Callable[[], Known | None]) -> int:
    """Serve until told to stop; return the exit code. `look_again` looks at the project as it is then."""
    order = known[0]
    bound = sockets.bind(order.place)
    remove, place = sockets.remover(bound), sockets.text_of(bound)
    application = Served(known, bound, place)
    try:
        Master(application, look_again, remove).run()
    except SystemExit as end:  # which is how it ends, well or not
        return BROKEN if end.code else 0
    except HaltServer:  # while it was ending, too
        return BROKEN
    finally:
        remove()
    return 0


class Served(BaseApplication):  # type: ignore[misc]
    """One project, as Gunicorn wants it; the app itself is loaded by each worker."""

    def __init__(self, known: Known, bound: socket.socket, place: str) -> None:
        self.known, self._place = known, place
        self._number = bound.detach()  # it becomes Gunicorn's
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from Gunicorn's own defaults, and what a variable could change."""
        order = self.known[0]
        for name, value in settings(order, self._number).items():
            self.cfg.set(name, value)
        self.cfg.set("when_ready", lambda arbiter: say(description(order, self._place)))
        self.cfg.set("worker_exit", leave)


def settings(order: Hosting, number: int) -> dict[str, Any]:
    """Return Gunicorn's settings, each with its reason."""
    found: dict[str, Any] = {
        "bind": f"fd://{number}",
        "backlog": sockets.BACKLOG,
        "workers": order.workers,
        "threads": order.threads,
        "worker_class": Worker,
        # Each process loads the project itself: connections are its own, and a reload loads it as it is now.
        "preload_app": False,
        # Not replaced after so many requests: caches and schedulers stay, and a leak is seen.
        "max_requests": 0,
        # Without a sign of life; a request may take longer in its thread. Large apps load for a minute.
        "timeout": 120,
        "graceful_timeout": 30,
        "keepalive": BEHIND_PROXY if order.behind else ALONE,
        "worker_connections": 1000,
        "limit_request_line": 8190,
        "loglevel": "warning",
        "accesslog": None,  # the front writes it, with the visitor's address
        "errorlog": "-",
        # What a proxy says is believed by the front alone, for its own rules are looser.
        "forwarded_allow_ips": "",
        "secure_scheme_headers": {},
        "forwarder_headers": "",
        "header_map": "drop",
        "proxy_allow_ips": "",
        "control_socket_disable": True,
        "proc_name": "launcher",
        "reload": False,
    }
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK):
        found["worker_tmp_dir"] = str(MEMORY)  # signs of life must not wait for a disk
    return found


class Master(Arbiter):  # type: ignore[misc]
    """Gunicorn's master, which exchanges the processes, and ends, without losing a visitor."""

    LISTENERS: list[Any]

    def __init__(
        self, application: Served, look_again: Callable[[], Known | None], remove: Callable[[], None]
    ) -> None:
        self._look_again, self._remove = look_again, remove
        self._before: Known | None = None  # what the old processes serve, while new ones load the project
        self._newest_old = 0  # the age of the newest of them
        self._leaving: set[int] = set()
        super().__init__(application)

    def handle_hup(self) -> None:
        """Load the project anew, where it can be served."""
        known = self._look_again()
        if known is None:
            say(UNSERVABLE)
            return
        self._leaving.update(worker.pid for worker in self._newcomers())  # of a reload that is under way
        self._before, self._newest_old = self._before or self.app.known, self.worker_age
        self._take(known)
        for _ in range(self.num_workers):
            self.spawn_worker()

    def manage_workers(self) -> None:
        """Have as many processes as are wanted; the old ones leave when the new ones answer."""
        if self._before is not None:
            self._exchange(self._before)
        staying = sorted(self._staying(), key=lambda worker: worker.age)
        surplus = len(staying) - self.num_workers
        for _ in range(-surplus):
            self.spawn_worker()
        if surplus > 0 and self._before is None:
            self._leaving.update(worker.pid for worker in staying[:surplus])
        self._leaving &= set(self.WORKERS)
        for pid in [*self._leaving]:  # again and again: one that was just born would not have heard
            self.kill_worker(pid, signal.SIGTERM)

    def wait_for_signals(self, timeout: float = 1.0) -> list[int]:
        """Wait for signals, and look often whether new processes answer."""
        signals: list[int] = super().wait_for_signals(timeout if self._before is None else 0.1)
        return signals

    def reap_workers(self) -> None:
        """Take notice of those that ended; a new one that could not load the project ends nobody else."""
        before = dict(self.WORKERS)
        excused = self._leaving | {worker.pid for worker in self._newcomers()}
        try:
            super().reap_workers()
        except HaltServer:
            gone = before.keys() - self.WORKERS.keys()
            if not gone & excused:
                raise
            for pid in gone:
                before[pid].tmp.close()
            self.reap_workers()

    def stop(self, graceful: bool = True) -> None:
        """End, when all who have come are let in."""
        if graceful and any(worker.has_begun for worker in self._staying()):
            for listener in self.LISTENERS:
                closing.let_in(listener, self._remove)
        for listener in self.LISTENERS:
            listener.close()
        self.LISTENERS = []
        super().stop(graceful)

    def _exchange(self, before: Known) -> None:
        """See whether the new processes answer, and let the old ones leave then, or the new ones."""
        newcomers = self._newcomers()
        if len(newcomers) < self.cfg.workers:
            self._leaving.update(worker.pid for worker in newcomers)
            self._take(before)
            say(UNSERVABLE)
        elif all(worker.has_begun for worker in newcomers):
            self._leaving.update({worker.pid for worker in self._staying()} - {one.pid for one in newcomers})
            say("Reloaded; the old processes finish what they are answering.")
        else:
            return
        self._before = None

    def _take(self, known: Known) -> None:
        self.app.known = known
        self.app.reload()
        self.setup(self.app)

    def _newcomers(self) -> list[Any]:
        """Return the processes that load the project anew."""
        return [one for one in self._staying() if self._before is not None and one.age > self._newest_old]

    def _staying(self) -> list[Any]:
        return [worker for pid, worker in self.WORKERS.items() if pid not in self._leaving]
