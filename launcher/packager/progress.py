"""What a build says while it runs: events, rendered by the command line as text or JSON."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

Event = dict[str, Any]


@dataclass(slots=True)
class Step:
    """A step under way; `detail` is said at its end."""

    detail: str = ""


@dataclass(slots=True)
class Progress:
    """Where a build's events go; `platform` marks those of one of several platforms."""

    emit: Callable[[Event], None]
    seconds: dict[str, float] = field(default_factory=dict)
    warnings: list[dict[str, str]] = field(default_factory=list)
    platform: str = ""
    said: set[tuple[str, str]] = field(default_factory=set)

    def branch(self, platform: str = "") -> Progress:
        """Return where the events of one platform's part go: it knows what came before, no others' part.

        A warning that another platform's part gave already is noted, and not said again.
        """
        return replace(self, seconds=dict(self.seconds), warnings=list(self.warnings), platform=platform)

    @contextmanager
    def step(self, identifier: str, title: str) -> Iterator[Step]:
        """Announce a step, and its end with the time it took; another platform's bears its name."""
        name = f"{self.platform}/{identifier}" if self.platform else identifier
        title = f"{title} for {self.platform}" if self.platform else title
        self.emit({"event": "step", "id": name, "title": title, "state": "begin"})
        begin = time.monotonic()
        step = Step()
        yield step
        took = round(time.monotonic() - begin, 2)
        self.seconds[identifier] = took
        self.emit(
            {
                "event": "step",
                "id": name,
                "title": title,
                "state": "end",
                "seconds": took,
                "detail": step.detail,
            }
        )

    def fact(self, title: str, detail: str) -> None:
        """Say what was found, and why."""
        self.emit({"event": "fact", "title": title, "detail": detail})

    def warning(self, title: str, detail: str, todo: str = "") -> None:
        """Say what may not work on a friend's machine."""
        said = {"title": title, "detail": detail, "todo": todo}
        if said not in self.warnings:
            self.warnings.append(said)
        if (title, detail) not in self.said:
            self.said.add((title, detail))
            self.emit({"event": "warning", **said})

    def output(self, line: str) -> None:
        """Pass on a line that another program printed."""
        self.emit({"event": "output", "line": line})

    def size(self, layer: str, size: int, parts: list[dict[str, Any]]) -> None:
        """Say how large a layer is, and what it consists of; sizes in bytes."""
        self.emit({"event": "size", "layer": layer, "bytes": size, "parts": parts})
