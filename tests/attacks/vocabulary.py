"""The words in which attacks are written: what is attacked, what is tried, and what came of it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import psutil

from tests.support.asking import Answer, ask
from tests.support.processes import with_descendants

ADDRESS = "127.0.0.1"
Verdict = Literal["held", "got through", "does not apply"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attack.

    `verdict` is about the promise, which can be put to any server. `is_exact` tells whether the answer
    was also the one that we owe: the status, and a connection that is closed.
    """

    verdict: Verdict
    detail: str
    is_exact: bool = True

    @property
    def held(self) -> bool:
        return self.verdict == "held"


@dataclass(frozen=True, slots=True)
class Attack:
    """One promise, and the attempt to break it. `is_long` ones take minutes."""

    promise: str
    theme: str
    run: Callable[[Target], Outcome]
    is_long: bool = False


@dataclass(slots=True)
class Target:
    """One running system with the victim in it, as an attacker and as its own window see it.

    `cookie` is what the app's own page sends, and so what a browser adds to the requests of pages that
    are not the app's; `said` gives what the system has said, by where; `ticket` was used to get in. `name` is
    what a server on the web is called by; `behind` are the processes in front of it, and `inner` is the port
    at which it is asked without them.
    """

    system: System
    port: int
    pid: int
    place: Path
    cookie: str = ""
    ticket: str = ""
    said: Callable[[], Mapping[str, str]] = dict
    name: str = ""
    behind: tuple[int, ...] = ()
    inner: int = 0

    @property
    def host(self) -> str:
        return self.name or f"{ADDRESS}:{self.port}"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    @property
    def notes(self) -> Path:
        """The file in which the victim notes what reaches its code."""
        return self.place / "notes"

    @contextmanager
    def another(self) -> Iterator[Target]:
        """Start the same system once more, for an attack that it does not survive, or with a new ticket."""
        with (
            TemporaryDirectory(prefix="attacked-") as folder,
            self.system.start(self.system, Path(folder)) as new,
        ):
            yield new

    @contextmanager
    def another_unentered(self) -> Iterator[Target]:
        """Start it once more, with a ticket that nobody has used."""
        assert self.system.unentered is not None
        with (
            TemporaryDirectory(prefix="attacked-") as folder,
            self.system.unentered(self.system, Path(folder)) as new,
        ):
            yield new

    def own(self, **more: str) -> dict[str, str]:
        """Return the headers of a request from the app's own page."""
        return {"Cookie": self.cookie, **more}

    def named(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Add the name to headers, where a client would not write it by itself."""
        return {"Host": self.name, **headers} if self.name else dict(headers)

    def ask(self, path: str, **how: object) -> Answer:
        """Ask as the app's own page does, unless told otherwise."""
        headers = self.named(how.pop("headers", self.own()))  # type: ignore[arg-type]
        return ask(self.port, path, headers=headers, **how)  # type: ignore[arg-type]

    def reached(self, mark: str) -> list[str]:
        """List the requests of a mark that came as far as the app's code."""
        return [
            f"{one['REQUEST_METHOD']} {one['PATH_INFO']}"
            for one in self.noted()
            if mark in str(one["PATH_INFO"])
        ]

    def noted(self) -> list[dict[str, object]]:
        """List all requests that came as far as the app's code."""
        if not self.notes.exists():
            return []
        return [json.loads(line) for line in self.notes.read_text(encoding="utf-8").splitlines()]

    def processes(self) -> list[psutil.Process]:
        """List the processes that the system consists of."""
        found: list[psutil.Process] = []
        for pid in (self.pid, *self.behind):
            with suppress(psutil.NoSuchProcess):
                found += with_descendants(pid)
        return found

    def is_alive(self) -> bool:
        """Tell whether the window still gets its page."""
        try:
            return self.ask("/quick").body == b"quick"
        except OSError:
            return False


@dataclass(frozen=True, slots=True)
class System:
    """A way to give a Flask app a window: what it is called, and how it is started in a folder."""

    name: str
    start: Callable[[System, Path], AbstractContextManager[Target]]
    # Starts it and gives it with a ticket that nobody has used; only what has tickets can.
    unentered: Callable[[System, Path], AbstractContextManager[Target]] | None = None
    program: Path | None = None  # where it is a packaged program
    lacks: str = ""  # why it cannot be started here


def mark() -> str:
    """Return a word that no other request contains."""
    return secrets.token_hex(8)


def judged(
    target: Target, marks: str | Iterator[str], statuses: list[int], wanted: tuple[int, ...], detail: str = ""
) -> Outcome:
    """Judge an attack that is to be refused before the app's code: by the notes, then by the statuses."""
    names = [marks] if isinstance(marks, str) else list(marks)
    reached = [one for name in names for one in target.reached(name)]
    shown = detail or said(statuses)
    if reached:
        return Outcome("got through", f"{shown}; the app was reached", is_exact=False)
    return Outcome("held", shown, all(status in wanted for status in statuses))


def said(statuses: list[int]) -> str:
    """Write down statuses, each once; 0 is a connection that was closed without one."""
    return ", ".join(str(status) if status else "closed" for status in sorted(set(statuses))) or "no answer"
