"""One of uWSGI's processes: it loads the app, tells the master, and sorts out what uWSGI lets through."""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uwsgi

from launcher import ending, report
from launcher.errors import BrokenProject
from launcher.hosting import order
from launcher.hosting.application import Project
from launcher.hosting.examining import Watch, examine
from launcher.hosting.front import ABSOLUTE, TOO_LARGE, Front
from launcher.hosting.lines import follow, teller
from launcher.hosting.uwsgi import accepting
from launcher.serving.guard import refuse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FAILED = 22  # the exit code by which uWSGI's master knows that the app could not be loaded
IN_MEMORY = 1 << 20  # bytes of a chunked body
NO_TEXT = frozenset("\0\r\n")
WRITTEN = ("CONTENT_TYPE", "REQUEST_URI", "QUERY_STRING")  # as the visitor wrote them, beside the headers
NOT_UNDERSTOOD, WRONG_HOST = 400, 421


def begin(about: dict[str, Any]) -> WSGIApplication:
    """Load the app and return it as uWSGI is to call it; a failure is told, and ends the process."""
    line = socket.socket(fileno=os.dup(about["line"]))
    asked, leaving, watch = order.load(Path(about["order"])), threading.Event(), Watch()
    try:
        project = Project.of(asked)
        # uWSGI calls the app when its file has been read: what a main program does after its server is
        # done before that.
        app = project.load()
        found = examine(app, asked, watch, about["salt"])
        if found.problems:
            raise BrokenProject(found.problems[0].message, found.problems[0].todo)
        front = project.front(app, leaving=leaving)
    except (Exception, SystemExit) as error:
        sys.stderr.write(f"{report.of_exception(error, Path(asked.root)).to_text()}\n")
        ending.leave(FAILED)
    if uwsgi.worker_id() == 1:
        follow_master(line)
    _tell_later(teller(line), found.key)
    return Sorted(front)


def _tell_later(tell: Callable[[str], None], word: str) -> None:
    """Tell the master when uWSGI has begun to answer: a process that is not so far hears no signal."""
    hearing, writing = os.pipe()
    os.dup2(writing, accepting(), inheritable=False)
    os.close(writing)

    def wait() -> None:
        os.read(hearing, 1)
        tell(word)

    threading.Thread(target=wait, name="telling", daemon=True).start()


def follow_master(line: socket.socket) -> None:
    """End in order with the master, however it went."""
    follow(line, lambda: os.kill(uwsgi.masterpid(), signal.SIGTERM))


class Sorted:
    """The front, behind what is refused because it has more than one meaning, or no length."""

    def __init__(self, front: Front) -> None:
        self._front = front

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        begin = closing(start_response)
        if status := self._sort(environ):
            return refuse(status, begin)
        return self._front(environ, begin)

    def _sort(self, environ: WSGIEnvironment) -> int:
        """Return the status of a refusal, or zero."""
        if self._front.trust.is_resolved:
            environ.pop("HTTP_TRANSFER_ENCODING", None)  # the proxy has put the pieces together
        length, coding = environ.get("CONTENT_LENGTH", ""), environ.get("HTTP_TRANSFER_ENCODING")
        if (length and not length.isdigit()) or (length and coding) or _is_odd(environ):
            return NOT_UNDERSTOOD
        if named := ABSOLUTE.match(environ.get("PATH_INFO", "")):
            if named[1] != environ.get("HTTP_HOST"):
                return WRONG_HOST
            environ["PATH_INFO"] = environ["PATH_INFO"][named.end() :] or "/"
        if coding is None:
            return 0
        return self._read(environ) if coding.strip().lower() == "chunked" else NOT_UNDERSTOOD

    def _read(self, environ: WSGIEnvironment) -> int:
        """Take in a body in pieces, which uWSGI leaves to its apps; they are given a whole one."""
        body: Any = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        size = 0
        try:
            while piece := uwsgi.chunked_read():
                size += len(piece)
                if size > self._front.max_body:
                    return TOO_LARGE
                body.write(piece)
        except OSError:
            return NOT_UNDERSTOOD
        body.seek(0)
        del environ["HTTP_TRANSFER_ENCODING"]
        environ.update({"wsgi.input": body, "CONTENT_LENGTH": str(size)})
        return 0


def _is_odd(environ: WSGIEnvironment) -> bool:
    """Tell whether a header goes on in another line, holds a NUL, or has a blank before its colon."""
    for name, value in environ.items():
        is_written = name.startswith("HTTP_") or name in WRITTEN
        if is_written and (" " in name or "\t" in name or not NO_TEXT.isdisjoint(value)):
            return True
    return False


def closing(start_response: StartResponse) -> Any:
    """Return a `start_response` that says what uWSGI does: the connection ends with the answer."""

    def begin(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
        kept = [one for one in headers if one[0].lower() != "connection"]
        return start_response(status, [*kept, ("Connection", "close")], *rest)

    return begin
