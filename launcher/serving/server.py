"""The app's server: Waitress on a socket that is bound already, behind the gate."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from waitress.adjustments import Adjustments
from waitress.task import ThreadedTaskDispatcher

from launcher import host
from launcher.serving.connections import MOST, Listener
from launcher.serving.gate import Judge

if not host.WINDOWS:
    import resource

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

READS = ("GET", "HEAD", "OPTIONS")
LARGEST_HEADER = 32768  # bytes; Waitress takes eight times as much of everybody
CLOSING = 1.0  # seconds for closing what is open
LEAVING = 600.0  # seconds in which a request whose client is gone may still be worked on
SHARE = 2  # of the files that the process may open, connections get the half


class Server:
    """Waitress on a bound socket, in threads of its own; `judge` decides about every request."""

    def __init__(
        self,
        app: WSGIApplication,
        bound: socket.socket,
        judge: Judge,
        *,
        threads: int,
        max_body: int,
        most: int | None = None,
        kind: type[Listener] = Listener,
    ) -> None:
        # Formatted and written for every request that finds no idle thread: costs more than it tells.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._max_body = max_body
        self._adj = Adjustments(
            sockets=[bound],
            threads=threads,
            max_request_body_size=max_body + 1,  # from which on Waitress refuses
            max_request_header_size=LARGEST_HEADER,
            asyncore_use_poll=not host.WINDOWS,
            clear_untrusted_proxy_headers=False,  # the gate does it
        )
        # No Server header, but a string in the app's environment: None, which is all that the
        # argument can say, breaks the apps that look whose server it is.
        self._adj.ident = ""
        self._adj.app_refuses_bodies = False
        self._workers = ThreadedTaskDispatcher()
        self._workers.set_thread_count(threads)
        most = affordable(most or MOST)
        self._waitress = kind(app, bound, judge, most=most, dispatcher=self._workers, adj=self._adj)
        self._closing = threading.Lock()
        self._is_ended = self._is_gone = False
        self._thread = threading.Thread(target=self._waitress.run, name="server", daemon=True)

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def limit_bodies(self, largest: int) -> None:
        """Keep nothing of a body of more than `largest` bytes, which is what the app itself refuses.

        Where the request says how long it is, the app is asked without its body and answers in its own
        words; it must refuse by the length that was announced, as Flask does.
        """
        if largest < self._max_body:
            self._adj.max_request_body_size = largest + 1  # from which on Waitress refuses
            self._adj.app_refuses_bodies = True

    def stop(self, *, reads: float, writes: float) -> int:
        """Accept no more, let what is in flight finish, and return how many requests were cut.

        Whoever reads gets `reads` seconds, whoever writes `writes`: an endless
        stream must not hold the end up, a half-saved form must not be lost.
        """
        # In the server's own thread: closing a socket that is being polled looks like a fault to it.
        self.do(self._close_listener)
        begin = time.monotonic()
        while left := self._in_flight():
            elapsed = time.monotonic() - begin
            if elapsed > writes or (elapsed > reads and all(method in READS for method in left)):
                return len(left)
            time.sleep(0.02)
        return 0

    def end(self) -> None:
        """Close the listener and every connection now, whatever they do, and let the threads go."""
        is_closed = threading.Event()
        with self._closing:
            if self._is_ended:
                return
            self._is_ended = True

        def close() -> None:
            self._close_listener()
            for one in list(self._waitress.active_channels.values()):
                one.cut()
            is_closed.set()

        self.do(close)
        is_closed.wait(CLOSING)
        threading.Thread(target=self._let_go, name="ending", daemon=True).start()

    @property
    def listener(self) -> Listener:
        """What holds the connections; it is touched in its own thread alone, see `do`."""
        return self._waitress

    def do(self, action: Callable[[], None]) -> None:
        """Do something with the connections soon, in the thread that they belong to; nothing at the end."""
        with self._closing:
            if not self._is_gone:
                self._waitress.trigger.pull_trigger(action)

    def _let_go(self) -> None:
        """Let the threads end, and with the last of them what wakes the server's own."""
        self._workers.shutdown(timeout=LEAVING)
        if self._workers.threads:
            return  # one might still wake it, and by then its number could be another file's
        with self._closing:
            self._is_gone = True
            self._waitress.trigger.pull_trigger(self._waitress.trigger.close)

    def _close_listener(self) -> None:
        self._waitress.accepting = False
        self._waitress.del_channel()
        self._waitress.socket.close()

    def _in_flight(self) -> list[str]:
        """List the methods of requests that are being worked on or sent out."""
        methods: list[str] = []
        for channel in list(self._waitress.active_channels.values()):
            for request in list(channel.requests):
                methods.append(request.command)
            if not channel.requests and channel.total_outbufs_len:
                methods.append("GET")
            if channel.request is not None and channel.request.headers_finished:
                methods.append(channel.request.command)  # its body is still coming in
        return methods


def affordable(wanted: int) -> int:
    """Return how many of so many connections there may be; the app needs descriptors too."""
    if host.WINDOWS:
        return min(wanted, MOST)
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return wanted if allowed == resource.RLIM_INFINITY else min(wanted, max(allowed // SHARE, 1))
