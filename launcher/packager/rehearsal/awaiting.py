"""Waiting for a rehearsed app to answer, or for a reason to give it up."""

from __future__ import annotations

import queue
import time
from typing import Any

from launcher.control import Message
from launcher.logs import Log
from launcher.packager.rehearsal import giving_up
from launcher.packager.rehearsal.gathering import events_of
from launcher.packager.rehearsal.scratch import Scratch
from launcher.process import BackendProcess

MOST_PROCESSES = 150  # of one app; a pool has one for each core
TURN = 0.5  # seconds between two looks at an app that is loading
LAST_WORDS = 2.0  # seconds for the line that an app hangs at


class Waiting:
    """Waiting for an app to answer, or for a reason to give it up."""

    def __init__(
        self, run: Scratch, events: queue.Queue[Message], backend: BackendProcess, log: Log
    ) -> None:
        self._run, self._events = run, events
        self._backend, self._log = backend, log
        self._port = 0

    def entry(self, deadline: float) -> tuple[str, int]:
        """Wait until the app answers, and return its entry URL and its port; raises BrokenProject."""
        end = time.monotonic() + deadline
        while (left := end - time.monotonic()) > 0:
            event = self._next(min(TURN, left)) or self._look()
            if event is None:
                continue
            if event["event"] == "listening":
                self._port = event["port"]
            elif event["event"] == "ready":
                if "forked" in self._told():
                    raise giving_up.ended(self._stop(), self._told(), self._log)
                return str(event["url"]), self._port
            elif event["event"] == "failed":
                self._stop()  # its log is whole then
                raise giving_up.failed(event, self._told(), self._log)
            elif event["event"] == "ended":
                raise giving_up.ended(event["code"], self._told(), self._log)
        raise giving_up.hanging(deadline, self._told(), self._place())

    def _next(self, seconds: float) -> Message | None:
        try:
            return self._events.get(timeout=seconds)
        except queue.Empty:
            return None

    def _look(self) -> Message | None:
        """See whether it is worth waiting on; return the event that has come meanwhile."""
        count = sum(1 for _ in self._run.processes())
        if count > MOST_PROCESSES:
            self._run.end_processes()
            raise giving_up.multiplying(count, self._told())
        if not self._backend.has_ended():
            return None
        last = self._next(LAST_WORDS)  # why it ended is on its way
        if last is None:
            # A child that it left behind holds its pipe open, and nothing says that it has ended.
            raise giving_up.ended(self._stop(), self._told(), self._log)
        return last

    def _place(self) -> str:
        self._backend.command("where")
        end = time.monotonic() + LAST_WORDS
        while (left := end - time.monotonic()) > 0:
            event = self._next(left)
            if event is not None and event["event"] == "where":
                return str(event["place"])
        return ""

    def _stop(self) -> int:
        code = self._backend.stop()
        self._run.end_processes()
        return code

    def _told(self) -> dict[str, list[list[Any]]]:
        return events_of(self._run.events)
