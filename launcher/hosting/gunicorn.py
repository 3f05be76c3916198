"""Gunicorn, by its own settings alone: no file and no variable of a user's configures it.

Its threaded worker is the one that goes on answering while requests are slow. A main program that starts a
server is answered for from inside that call, as everywhere.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.errors import AppImportError, HaltServer
from gunicorn.workers.gthread import ThreadWorker

from launcher import ending, report
from launcher.errors import LauncherError
from launcher.hosting import sockets
from launcher.hosting.application import Project
from launcher.hosting.examining import changing_key, proof
from launcher.hosting.order import Hosting
from launcher.hosting.telling import UNSERVABLE, description, say
from launcher.serving.adapting import flask_apps

MEMORY = Path("/dev/shm")
# Longer than nginx keeps an idle connection (60 s): who closes first must be the proxy, or a request is lost.
BEHIND_PROXY, ALONE = 75, 5
BROKEN = 6
LEAVING = threading.Event()
Known = tuple[Hosting, str, str]  # the order as it is carried out, a salt, and the proof of the app's keys


def serve(known: Known, look_again: Callable[[], Known | None]) -> int:
    """Serve until told to stop; return the exit code. `look_again` looks at the project as it is then."""
    order = known[0]
    bound = sockets.bind(order.place)
    remove, place = sockets.remover(bound), sockets.text_of(bound)
    application = Served(known, bound, place)
    try:
        Master(application, look_again).run()
    except SystemExit as end:  # which is how it ends, well or not
        return BROKEN if end.code else 0
    except HaltServer:  # while it was ending, too
        return BROKEN
    finally:
        remove()
    return 0


class Served(BaseApplication):  # type: ignore[misc]
    """One project, as Gunicorn wants it."""

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
        self.cfg.set("worker_exit", _leave)

    def load(self) -> Any:
        """Do nothing: the worker loads the app, in its own way."""
        raise NotImplementedError


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
    """Gunicorn's master, which looks at a project before it exchanges the processes."""

    def __init__(self, application: Served, look_again: Callable[[], Known | None]) -> None:
        self._look_again = look_again
        super().__init__(application)

    def handle_hup(self) -> None:
        """Load the project anew, where it can be served."""
        known = self._look_again()
        if known is None:
            say(UNSERVABLE)
            return
        self.app.known = known
        super().handle_hup()
        say("Reloaded; the old processes finish what they are answering.")


class Worker(ThreadWorker):  # type: ignore[misc]
    """A process that loads the project, and answers from inside its main program where it has one."""

    _has_run = False

    def load_wsgi(self) -> None:
        """Load the app and answer for it; returns when there is nothing left to do."""
        order = self.app.known[0]
        try:
            self._project = project = Project.of(order)
            self._answer(project.load(self._answer))
        except AppImportError:
            raise
        except LauncherError as error:
            raise AppImportError(f"{error.message} {error.todo}".strip()) from error
        except Exception as error:
            raise AppImportError(report.of_exception(error, Path(order.root)).to_text()) from error

    def run(self) -> None:
        """Answer until told to stop, once."""
        if not self._has_run:
            self._has_run = True
            super().run()

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Finish and end; whoever asks for our health is told."""
        LEAVING.set()
        super().handle_exit(sig, frame)

    def _answer(self, app: Any) -> None:
        if self._has_run:
            return
        _, salt, keys = self.app.known
        if proof([one.secret_key for one in flask_apps(app)], salt) != keys:
            problem = changing_key()
            raise AppImportError(f"{problem.message} {problem.todo}")
        self.wsgi = self._project.front(app, leaving=LEAVING)
        self.booted = True
        self.run()


def _leave(arbiter: Any, worker: Any) -> None:
    """End the process of a worker, whatever threads the app has left."""
    if os.getpid() == worker.pid:
        code = getattr(sys.exc_info()[1], "code", 0)
        ending.leave(code if isinstance(code, int) else 1)
