"""What a build tells, kept whole, for pages that come early, late or again."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was told: its number in the story, and its JSON text."""

    number: int
    text: str


class Story:
    """A list of events that grows until it is closed; readers wait for what comes next."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._closed = False
        self._more = threading.Condition()

    def tell(self, event: Mapping[str, object]) -> None:
        """Add an event; numbers start at 1."""
        # Plain ASCII: a lone surrogate from a file name must not break the stream.
        text = json.dumps(dict(event), ensure_ascii=True)
        with self._more:
            if self._closed:
                return
            self._events.append(Event(len(self._events) + 1, text))
            self._more.notify_all()

    def close(self, last: Mapping[str, object]) -> None:
        """Add the last event. Nothing follows it."""
        self.tell(last)
        with self._more:
            self._closed = True
            self._more.notify_all()

    def is_over(self, after: int = 0) -> bool:
        """Say whether nothing will ever follow the event numbered `after`."""
        with self._more:
            return self._closed and after >= len(self._events)

    def after(self, number: int, timeout: float) -> tuple[Event, ...]:
        """Return what follows event `number`, waiting for it up to `timeout` seconds."""
        with self._more:
            self._more.wait_for(lambda: self._closed or len(self._events) > number, timeout)
            return tuple(self._events[max(0, number) :])


def server_sent_events(story: Story, after: int, heartbeat: float) -> Iterator[bytes]:
    """Yield a story as server-sent events, from the one after `after` to its end."""
    # Sent at once, so that the page knows that it is connected.
    yield b"retry: 1000\n\n"
    while not story.is_over(after):
        events = story.after(after, heartbeat)
        if events:
            after = events[-1].number
            yield "".join(f"id: {e.number}\ndata: {e.text}\n\n" for e in events).encode("ascii")
        else:
            # Writing is the only way to learn that the page is gone.
            yield b": still here\n\n"
