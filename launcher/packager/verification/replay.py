"""The source, started again and again like the program: does it keep what the program seems to lose?

Asked only where a difference was found. An app that empties its database at every start does so at home
as well, and a build must not call that a defect of the packaging.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher.errors import BrokenProject, BuildError
from launcher.packager.asking import Session, ask_all
from launcher.packager.rehearsal.facts import Facts
from launcher.packager.rehearsal.scratch import Scratch
from launcher.packager.rehearsal.staging import Stage


@dataclass(frozen=True, slots=True)
class Source:
    """A project that can be started from source; `copy` lays a fresh copy of it."""

    stage: Stage
    copy: Callable[[Path], None]


class Replay:
    """A copy of the source that runs as often as wanted, with one folder for all that it writes."""

    def __init__(self, source: Source, scratch: Path) -> None:
        self._stage = source.stage
        self._run = Scratch(scratch / "run")
        self._run.make(source.stage.manifest)
        self.home = scratch / "project"
        source.copy(self.home)

    @property
    def places(self) -> tuple[str, ...]:
        """The folders that are others than in the rehearsal."""
        return str(self.home), str(self._run.home)

    @contextmanager
    def start(self) -> Iterator[str]:
        """Start it, and yield its entry URL."""
        try:
            with self._stage.started(self._run, self.home) as (entry, _):
                yield entry
        except BrokenProject as error:
            raise BuildError("From source it does not start a second time.") from error


def changing(paths: Collection[str], facts: Facts, source: Source | None) -> frozenset[str]:
    """Ask the source for what seems to differ once more: a page with the time in it is another one by now."""
    if source is None or not paths:
        return frozenset()
    with tempfile.TemporaryDirectory(prefix="launcher-replay-", ignore_cleanup_errors=True) as folder:
        replay = Replay(source, Path(os.path.realpath(folder)))
        try:
            with replay.start() as entry:
                answers, _ = ask_all(Session(entry, replay.places), facts.answers)
        except BuildError:
            return frozenset()
    return frozenset(path for path in paths if answers.get(path) not in (None, facts.answers[path]))
