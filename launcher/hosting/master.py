"""The master of the processes that answer: it holds the socket, and exchanges them without losing a visitor.

    SIGTERM, SIGINT   no more visitors; what is being answered is finished; then the end, with exit code 0
    SIGHUP            new processes load the project as it is now; when all of them answer, the old ones
                      finish and end. Where one cannot load it, the old ones stay.

The master loads nothing of the project. A process whose master is gone, however it went, finishes and ends.
"""

from __future__ import annotations

import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from launcher.hosting import closing, sockets
from launcher.hosting.examining import changing_key
from launcher.hosting.telling import UNSERVABLE, say

STOP = b"s"
PAUSE = 1.0  # seconds before a process that ended by itself is replaced
MOST_FAILURES = 5  # in a row
KILL_AFTER = 40.0  # seconds: longer than a process waits for what it answers
BROKEN = 6  # the exit code of a project that cannot be started
Command = Callable[[int, int], Sequence[str]]  # of the numbers of the socket and of the line to the master


@dataclass(slots=True)
class Worker:
    """One process that answers."""

    process: subprocess.Popen[bytes]
    line: socket.socket
    by_signal: bool  # it is told to stop by a signal, and not by a word on the line
    reports: int  # so many times it says that it answers: once for each process that it starts itself
    heard: bytes = b""
    said: list[str] = field(default_factory=list)  # the proof of the app's keys, each time
    is_leaving: bool = False

    @property
    def is_ready(self) -> bool:
        return len(self.said) >= self.reports

    def stop(self) -> None:
        """Let it finish and end."""
        self.is_leaving = True
        if self.by_signal:
            # uWSGI hears only what is not polite while it loads; it answers nobody then.
            self.process.send_signal(signal.SIGTERM if self.is_ready else signal.SIGINT)
            return
        with suppress(OSError):
            self.line.send(STOP)


class Master:
    """Holds the socket, and as many processes as are wanted."""

    def __init__(
        self,
        command: Command,
        bound: socket.socket,
        count: int,
        *,
        reports: int = 1,
        by_signal: bool = False,
    ) -> None:
        self._command, self._bound, self._count = command, bound, count
        self._reports, self._by_signal = reports, by_signal
        self._remove = sockets.remover(bound)
        self._workers: list[Worker] = []
        self._selector = selectors.DefaultSelector()
        self._asked: set[int] = set()
        self._failures, self._replace_at = 0, 0.0

    def run(self, ready: str) -> int:
        """Serve until told to stop; `ready` is said when visitors are answered. Returns the exit code."""
        self._follow_signals()
        first = self._start(self._count)
        if not self._wait(first):
            return self._end(BROKEN if not self._is_ending else 0)
        self._bound.listen(sockets.BACKLOG)
        say(ready)
        while not self._is_ending:
            if signal.SIGHUP in self._asked:
                self._asked.discard(signal.SIGHUP)
                self._reload()
            self._turn(1.0)
            if not self._mend():
                return self._end(BROKEN)
        return self._end(0)

    @property
    def _is_ending(self) -> bool:
        return bool(self._asked & {signal.SIGTERM, signal.SIGINT})

    def _follow_signals(self) -> None:
        """Note signals, and wake up for them."""
        hearing, waking = socket.socketpair()
        for one in (hearing, waking):
            one.setblocking(False)
        signal.set_wakeup_fd(waking.fileno(), warn_on_full_buffer=False)
        self._wakers = hearing, waking
        self._selector.register(hearing, selectors.EVENT_READ)

        def note(number: int, frame: FrameType | None) -> None:
            self._asked.add(number)

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, note)

    def _start(self, count: int) -> list[Worker]:
        started = []
        for _ in range(count):
            ours, theirs = socket.socketpair()
            shared = (self._bound.fileno(), theirs.fileno())
            process = subprocess.Popen(
                [*self._command(*shared)],
                pass_fds=shared,
                # A Ctrl-C in the terminal is the master's: a worker would end in the middle of an answer.
                start_new_session=True,
            )
            theirs.close()
            ours.setblocking(False)
            worker = Worker(process, ours, self._by_signal, self._reports)
            self._selector.register(ours, selectors.EVENT_READ, worker)
            self._workers.append(worker)
            started.append(worker)
        return started

    def _wait(self, started: list[Worker]) -> bool:
        """Wait until all of them are ready; tell whether they are, and are of one mind."""
        while not self._is_ending:
            if any(worker not in self._workers for worker in started):
                break
            if all(worker.is_ready for worker in started):
                if len({key for worker in started for key in worker.said}) == 1:
                    return True
                say(changing_key().message)
                break
            self._turn(1.0)
        for worker in started:
            worker.stop()
        return False

    def _reload(self) -> None:
        say("Reloading: new processes load the project.")
        old = list(self._workers)
        if self._wait(self._start(self._count)):
            self._compare(old)
            for worker in old:
                worker.stop()
            say("Reloaded; the old processes finish what they are answering.")
        elif not self._is_ending:
            say(UNSERVABLE)

    def _compare(self, old: list[Worker]) -> None:
        """Say that everybody is logged out, where that is so."""
        before, now = ({key for one in several for key in one.said} for several in (old, self._workers))
        if old and before != now:
            say("The SECRET_KEY is another one than before: whoever was logged in has to do so again.")

    def _mend(self) -> bool:
        """Replace who ended by himself; tell whether there is hope."""
        lacking = self._count - sum(not worker.is_leaving for worker in self._workers)
        if lacking <= 0:
            if all(worker.is_ready for worker in self._workers):
                self._failures = 0
            return True
        now = time.monotonic()
        if not self._replace_at:
            self._failures += 1
            self._replace_at = now + PAUSE
        elif now >= self._replace_at:
            self._replace_at = 0.0
            self._start(lacking)
        return self._failures < MOST_FAILURES

    def _turn(self, seconds: float) -> None:
        """Hear what there is to hear, for so long at most."""
        for key, _ in self._selector.select(seconds):
            if key.data is None:
                with suppress(OSError):
                    self._wakers[0].recv(64)
            else:
                self._hear(key.data)
        for worker in [one for one in self._workers if one.process.poll() is not None]:
            self._forget(worker)

    def _hear(self, worker: Worker) -> None:
        try:
            data = worker.line.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        worker.heard += data
        if worker.heard.endswith(b"\n"):
            worker.said += worker.heard.decode("ascii", "replace").split()
            worker.heard = b""
        if not data:  # it has ended, or is about to
            self._selector.unregister(worker.line)
            worker.line.close()

    def _forget(self, worker: Worker) -> None:
        with suppress(KeyError, ValueError):
            self._selector.unregister(worker.line)
        worker.line.close()
        self._workers.remove(worker)
        code = worker.process.returncode
        if not worker.is_leaving and worker.is_ready:
            say(f"A process ended by itself ({code}); another takes its place.")

    def _end(self, code: int) -> int:
        """Let all finish, and end those that do not."""
        if any(worker.is_ready for worker in self._workers):
            closing.let_in(self._bound, self._remove)
        for worker in self._workers:
            worker.stop()
        self._remove()
        if self._by_signal:
            # uWSGI has it until its last answer is finished: whoever came would wait, and be cut.
            with suppress(OSError):
                self._bound.shutdown(socket.SHUT_RDWR)
        self._bound.close()
        deadline = time.monotonic() + KILL_AFTER
        while self._workers and time.monotonic() < deadline:
            self._turn(0.2)
        for worker in self._workers:
            worker.process.kill()
            worker.process.wait()
            code = code or 1
        return code


def command_of(script: str, order: Path) -> Command:
    """Return the command of a worker: our script in this interpreter."""

    def command(bound: int, line: int) -> Sequence[str]:
        return (sys.executable, script, str(order), "--work", str(bound), str(line))

    return command
