"""One of Gunicorn's processes: it loads the project, answers, and ends without losing who waits."""

from __future__ import annotations

import os
import select
import sys
import threading
from pathlib import Path
from typing import Any

from gunicorn.errors import AppImportError
from gunicorn.workers.gthread import ThreadWorker

from launcher import ending, report
from launcher.errors import LauncherError
from launcher.hosting.application import Project
from launcher.hosting.examining import changing_key, proof
from launcher.serving.adapting import flask_apps

LEAVING = threading.Event()


class Worker(ThreadWorker):  # type: ignore[misc]
    """A process that loads the project, and answers from inside its main program where it has one."""

    _has_run = False

    @property
    def has_begun(self) -> bool:
        """Tell, in the master too, whether it answers: the file by which it shows that it lives says so."""
        return os.fstat(self.tmp.fileno()).st_size > 0

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

    def set_accept_enabled(self, enabled: bool) -> None:
        """Take visitors or not; at the end those who wait are let in, and nobody else has to be."""
        super().set_accept_enabled(enabled)
        if self.alive or enabled:
            return
        for listener in self.sockets:
            queue = select.poll()
            queue.register(listener.fileno(), select.POLLIN)
            while queue.poll(0):
                self.accept(listener)
            listener.close()

    def _answer(self, app: Any) -> None:
        if self._has_run:
            return
        _, salt, keys = self.app.known
        if proof([one.secret_key for one in flask_apps(app)], salt) != keys:
            problem = changing_key()
            raise AppImportError(f"{problem.message} {problem.todo}")
        self.wsgi = self._project.front(app, leaving=LEAVING)
        self.booted = True
        os.ftruncate(self.tmp.fileno(), 1)
        self.run()


def leave(arbiter: Any, worker: Any) -> None:
    """End the process of a worker, whatever threads the app has left."""
    if os.getpid() == worker.pid:
        code = getattr(sys.exc_info()[1], "code", 0)
        ending.leave(code if isinstance(code, int) else 1)
