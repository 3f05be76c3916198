"""Waitress, listening for visitors with the window's own gate and connections.

Who is slow, too large or ambiguous is stopped there, so that it needs no proxy in front of it for that.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from waitress.adjustments import Adjustments
from waitress.task import ThreadedTaskDispatcher, WSGITask

from launcher import host
from launcher.hosting import access
from launcher.hosting.forwarded import Trust
from launcher.hosting.front import Front, served_request_of
from launcher.serving.connections import Connection, Listener
from launcher.serving.gate import Gate, Judge, Judged, Refusing
from launcher.serving.policy import Request, Verdict
from launcher.serving.server import LARGEST_HEADER, affordable

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MOST = 1000  # connections; more than twice the window's, and below what `select` of an app can take
LINGER = 2.0  # seconds in which those who keep a connection may still send the request that is on its way
PATIENCE = 30.0  # seconds for requests that are being answered at the end


class ServedGate(Gate):
    """One request being read, whose proxy may say for whom."""

    forwarded = frozenset[str]()  # the front decides about them, by who sends them

    def __init__(self, judge: Judge, trust: Trust, peer: str, adj: Any) -> None:
        super().__init__(judge, peer, adj)
        self._trust = trust

    def judged(self, request: Request) -> Verdict:
        """Judge as the front does, by what the proxy says."""
        environ = self._environ()
        self._trust.settle(environ)
        self.settled = environ
        found = served_request_of(environ)._replace(path=request.path, has_body=request.has_body)
        if request.host is None:  # the request line names another host than the header
            found = found._replace(host=None)
        return self._judge(found)

    def _environ(self) -> WSGIEnvironment:
        """Return as much of an environ as the policy and the log need."""
        headers = {f"HTTP_{name}": value for name, value in self.headers.items()}
        return {
            **headers,
            "REQUEST_METHOD": self.command,
            "PATH_INFO": self.path,
            "QUERY_STRING": self.query,
            "REMOTE_ADDR": self.peer,
            "SERVER_PROTOCOL": f"HTTP/{self.version}",
            "wsgi.url_scheme": "http",
        }


class ServedConnection(Connection):
    """One connection of a visitor, or of the proxy."""

    def __init__(self, server: Any, connected: Any, address: Any, *args: Any, **kwargs: Any) -> None:
        # Of a unix socket it is an empty text.
        super().__init__(server, connected, address or ("", ""), *args, **kwargs)


class Served(Judged):
    """A request on its way to the app."""

    def build_response_header(self) -> bytes:
        """Return the head of the answer as the front has completed it."""
        if self.channel.server.front.leaving.is_set():
            self.set_close_on_finish()
        # Past the window's own additions, which would keep other sites from showing a picture.
        head: bytes = WSGITask.build_response_header(self)
        return head


class ServedRefusal(Refusing):
    """A request that was refused with its headers, or that nobody understands."""

    def execute(self) -> None:
        """Answer, log, and close the connection."""
        super().execute()
        front: Front = self.channel.server.front
        if front.log is None:
            return
        request = self.request
        status, seconds = int(self.status[:3]), time.monotonic() - request.begun
        if hasattr(request, "settled"):
            front.log(access.line_of(request.settled, status, self.content_length, seconds))
        else:
            line = getattr(request, "first_line", b"") or b""
            front.log(
                access.written(
                    self.channel.addr[0] or "-", line.decode("latin-1"), status, self.content_length, seconds
                )
            )


ServedConnection.task_class = Served
ServedConnection.error_task_class = ServedRefusal


class ServedListener(Listener):
    """Waitress on a bound socket of any family."""

    channel_class = ServedConnection
    front: Front

    def getsockname(self) -> Any:
        """Return where it listens, in two parts."""
        name = self.socket.getsockname()
        return ("localhost", "") if isinstance(name, str | bytes) else (name[0], str(name[1]))


class Serving:
    """One process's server: it answers from the moment it is made until it is told to stop."""

    def __init__(self, front: Front, bound: socket.socket, threads: int) -> None:
        # Formatted and written for every request that finds no idle thread: costs more than it tells.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        bound.setblocking(False)
        self._front = front
        adj = Adjustments(
            sockets=[bound],
            threads=threads,
            max_request_body_size=front.max_body + 1,  # from which on Waitress refuses
            max_request_header_size=LARGEST_HEADER,
            asyncore_use_poll=not host.WINDOWS,
            clear_untrusted_proxy_headers=False,  # the front does it
        )
        adj.ident = ""
        adj.app_refuses_bodies = front.refuses_bodies
        if bound.family not in (socket.AF_INET, socket.AF_INET6):
            adj.socket_options = []
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(threads)
        judge = front.policy.judge
        self._waitress = ServedListener(
            front, bound, judge, most=affordable(MOST), dispatcher=dispatcher, adj=adj
        )
        self._waitress.front = front
        self._waitress.parser = partial(ServedGate, judge, front.trust)
        self._thread = threading.Thread(target=self._waitress.run, name="server", daemon=True)
        self._thread.start()

    def stop(self, patience: float = PATIENCE) -> int:
        """Accept no more, let what is in flight finish, and return how many requests were cut."""
        self._front.leaving.set()
        # In the server's own thread: closing a socket that is being polled looks like a fault to it.
        self._waitress.trigger.pull_trigger(self._close_listener)
        begin = time.monotonic()
        while (elapsed := time.monotonic() - begin) < patience:
            busy = self._in_flight()
            if not busy and (elapsed > LINGER or not self._waitress.active_channels):
                return 0
            time.sleep(0.02)
        return self._in_flight()

    def _close_listener(self) -> None:
        # Who waits already is let in: nobody else may be there to do it.
        before = -1
        while before < len(self._waitress.active_channels):
            before = len(self._waitress.active_channels)
            self._waitress.handle_accept()
        self._waitress.accepting = False
        self._waitress.del_channel()
        self._waitress.socket.close()

    def _in_flight(self) -> int:
        """Count the requests that are being read, worked on or sent out."""
        count = 0
        for channel in list(self._waitress.active_channels.values()):
            count += len(channel.requests) or bool(channel.total_outbufs_len)
            count += channel.request is not None
        return count
