"""Waitress: a master and its processes, each of which loads the app and answers until it is told to stop.

It is the one of the three servers that Windows has: one process without a master there.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from launcher import ending, host
from launcher.errors import BrokenProject
from launcher.hosting import master, sockets, tuning
from launcher.hosting.application import Project
from launcher.hosting.examining import SALT, Watch, examine, new_salt
from launcher.hosting.lines import follow, teller
from launcher.hosting.listening import Serving
from launcher.hosting.order import Hosting
from launcher.hosting.telling import description, say
from launcher.loading import greenlets


def serve(order: Hosting, script: str, path: Path) -> int:
    """Serve until told to stop; return the exit code. `script` starts processes of the order at `path`."""
    settled = tuning.settled(order, has_sqlite=False)
    bound = sockets.bind(settled.place)
    ready = description(settled, sockets.text_of(bound))
    if host.WINDOWS:
        bound.listen(sockets.BACKLOG)
        Process(Project.of(settled), bound, new_salt(), lambda key: say(ready)).run()
        return 0
    os.environ[SALT] = new_salt()
    return master.Master(master.command_of(script, path), bound, settled.workers).run(ready)


def work(order: Hosting, bound: int, line: int) -> int:
    """Be one of the processes, with the numbers of the socket and of the line to the master."""
    salt = os.environ.pop(SALT, "")
    for number in (bound, line):
        os.set_inheritable(number, False)
    to_master = socket.socket(fileno=line)
    project = Project.of(tuning.settled(order, has_sqlite=False))
    process = Process(project, socket.socket(fileno=bound), salt, teller(to_master))
    follow(to_master, process.stop)
    process.run()
    return 0


class Process:
    """One process that answers; `tell` gets the proof of the app's keys when it answers."""

    def __init__(
        self, project: Project, bound: socket.socket, salt: str, tell: Callable[[str], None]
    ) -> None:
        self._project, self._bound, self._salt, self._tell = project, bound, salt, tell
        self._watch = Watch()
        self._stopping = threading.Event()
        self._beginning = threading.Lock()
        self._is_ready = False

    def run(self) -> None:
        """Load the project and answer; returns when it was told to stop, or the project cannot be served."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop())
        self._answer(self._project.load(self._answer))

    def stop(self) -> None:
        """Finish what is being answered, and end."""
        self._stopping.set()
        if not self._is_ready:
            ending.leave(0)

    def _answer(self, app: Any) -> None:
        """Answer until told to stop; a main program is still in the call of its server here."""
        with self._beginning:
            if self._is_ready:
                self._stopping.wait()
                return
            found = examine(app, self._project.order, self._watch, self._salt)
            if found.problems:
                raise BrokenProject(found.problems[0].message, found.problems[0].todo)
            front = self._project.front(app)
            serving = Serving(front, self._bound, self._project.order.threads)
            self._is_ready = True
        self._tell(found.key)
        greenlets.wait(self._stopping)
        if cut := serving.stop():
            sys.stderr.write(f"{cut} request(s) were still unfinished at the end\n")
        ending.leave_soon(0)  # whatever the main program does after its server
