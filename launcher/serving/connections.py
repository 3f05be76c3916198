"""Connections that owe us something: how long they may, how many there may be, and which has to go.

Waitress counts its idle connections alone and stops accepting when there are too many, so that a hundred
silent ones freeze a window, and one byte now and then keeps each of them alive. Here whoever owes a request
has a deadline, and where there are too many connections, the one that has owed the longest makes room; the
window's own, which have shown the session, are the last to go. Everything is counted on the monotonic
clock: a machine that slept or was set right must not look like a crowd of the late.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import partial
from socket import SHUT_WR
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

from launcher.serving.gate import Gate, Judge, Judged, Refusing
from launcher.serving.policy import PASS, Verdict

# Fewer than the 512 that Windows can wait for, and few enough for the app to have files and sockets of its
# own below 1024, beyond which `select` fails.
MOST = 400
AT_ONCE = 16  # accepted before others are looked at again
LOOK = 2.0  # seconds between two looks for the late
PAUSE = 0.2  # seconds in which nothing is accepted where the process has no descriptor left

SILENT, IDLE = 60.0, 300.0  # seconds without a request: of a stranger, of one that has shown the session
HEADER = 10.0  # seconds for the headers of a request, from its first byte
BODY_GRACE, BODY_RATE = 30.0, 1024  # after so many seconds a body must have come at so many bytes a second
STUCK = 300.0  # seconds in which nothing of an answer was taken
LINGER = 2.0  # seconds in which what a client still sends is read and forgotten, so that it hears the answer


class Connection(HTTPChannel):  # type: ignore[misc]
    """One connection, and what it owes."""

    task_class = Judged
    error_task_class = Refusing

    def __init__(self, server: Any, connected: Any, address: Any, *args: Any, **kwargs: Any) -> None:
        self.peer: str = address[0]
        self.parser_class = partial(server.parser, self.peer)
        self._active = self._lingers_until = 0.0
        self._was_known = self._lingers = False
        self.gathered: list[bytes] | None = None
        super().__init__(server, connected, address, *args, **kwargs)

    def write_soon(self, data: Any) -> int:
        """Send, or gather what is to be sent together; return how many bytes that is."""
        if self.gathered is None:
            return int(super().write_soon(data))
        self.gathered.append(data)
        return len(data)

    @property
    def last_activity(self) -> float:
        """When something came or went, on the monotonic clock; whatever is set, it becomes now."""
        return self._active

    @last_activity.setter
    def last_activity(self, when: float) -> None:
        self._active = time.monotonic()

    @property
    def is_known(self) -> bool:
        """Whether it has shown the session."""
        return self._was_known or (self.request is not None and self.shows_session(self.request.verdict))

    def shows_session(self, verdict: Verdict | None) -> bool:
        """Tell whether a request with this verdict came from somebody who was let in before."""
        return verdict is PASS

    @property
    def owes(self) -> bool:
        """Whether nothing is being done for it, or sent to it."""
        return not self.requests and not self.total_outbufs_len and not self.will_close

    def owes_since(self) -> float:
        """Return when it began to owe the request that is to come next."""
        return float(self.request.begun) if self.request is not None else self.last_activity

    def is_late(self, now: float) -> bool:
        """Tell whether its time is over."""
        if self._lingers_until:
            return now > self._lingers_until
        if self.requests:
            return False
        if self.total_outbufs_len:
            return now - self.last_activity > STUCK
        request = self.request
        if request is None:
            return now - self.last_activity > (IDLE if self.is_known else SILENT)
        if not request.headers_finished:
            return bool(now - request.begun > HEADER)
        elapsed = now - request.body_begun
        return bool(elapsed > BODY_GRACE and request.body_bytes_received < elapsed * BODY_RATE)

    def service(self) -> None:
        """Answer one request."""
        self._was_known = self._was_known or self.shows_session(self.requests[0].verdict)
        self._lingers = self.requests[0].is_cut
        super().service()

    def handle_read(self) -> None:
        """Read what has come; forget it where the answer has been given already."""
        if not self._lingers_until:
            super().handle_read()
            return
        try:
            is_over = not self.socket.recv(self.adj.recv_bytes)
        except BlockingIOError:
            return
        except OSError:
            is_over = True
        if is_over:
            self.end()

    def handle_close(self) -> None:
        """Close it, or only our half where its client is still sending what nobody reads."""
        if self._lingers and self.connected:
            self._lingers = False
            try:
                self.socket.shutdown(SHUT_WR)
            except OSError:  # it has gone
                super().handle_close()
            else:
                self._lingers_until = time.monotonic() + LINGER
                # Of this one alone: asked of every connection at every turn, they must cost nothing.
                self.readable, self.writable = _yes, _no
        else:
            super().handle_close()

    def end(self) -> None:
        """Close it soon, whatever its client does; on the server's own thread."""
        self._lingers, self._lingers_until, self.will_close = False, 0.0, True
        self.writable = _yes

    def cut(self) -> None:
        """Close it now; only where nothing new can come to have its number, before others had their turn."""
        self._lingers = False
        self.handle_close()


def _yes() -> bool:
    return True


def _no() -> bool:
    return False


class Listener(TcpWSGIServer):  # type: ignore[misc]
    """Waitress on a bound socket, with a gate and a limit."""

    channel_class = Connection

    def __init__(self, app: Any, bound: Any, judge: Judge, *, most: int, dispatcher: Any, adj: Any) -> None:
        self.parser = partial(Gate, judge)
        self._most = most
        self._looks_at = self._accepts_at = 0.0
        place = (bound.family, bound.type, bound.proto, bound.getsockname())
        super().__init__(
            app, {}, _sock=bound, dispatcher=dispatcher, adj=adj, sockinfo=place, bind_socket=False
        )

    def readable(self) -> bool:
        """Tell whether another connection would be accepted; from time to time, end the late ones."""
        now = time.monotonic()
        if now >= self._looks_at:
            self._looks_at = now + LOOK
            for one in list(self.active_channels.values()):
                if one.is_late(now):
                    one.end()
        if not self.accepting or now < self._accepts_at:
            return False
        is_full = len(self.active_channels) >= self._most
        return not is_full or self.weakest(self.active_channels.values()) is not None

    def handle_accept(self) -> None:
        """Accept who waits, and let the weakest go where there are too many then."""
        for _ in range(AT_ONCE):
            try:
                accepted = self.accept()
                if accepted is None:
                    return
                self.set_socket_options(accepted[0])
            except OSError:  # it has gone already, or there is no descriptor for it
                self._make_room()
                return
            self.settle(self.channel_class(self, accepted[0], accepted[1], self.adj, map=self._map))

    def settle(self, newcomer: Connection) -> None:
        """Let the weakest go where there are too many with this one."""
        if len(self.active_channels) > self._most:
            self._make_room()

    def _make_room(self) -> None:
        weakest = self.weakest(self.active_channels.values())
        if weakest is None:
            self._accepts_at = time.monotonic() + PAUSE
        else:
            # In its own turn: a number that is closed now could be another connection's a moment later.
            weakest.end()

    @staticmethod
    def weakest(among: Iterable[Connection]) -> Connection | None:
        """Return the stranger that has owed a request the longest, or a known one where there is none."""
        owing = [one for one in among if one.owes]
        return min(owing, key=lambda one: (one.is_known, one.owes_since()), default=None)
