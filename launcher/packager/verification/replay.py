"""The source, started again and again like the program: does it keep what the program seems to lose?

Asked only where a difference was found. An app that empties its database at every start does so at home
as well, and a build must not call that a defect of the packaging.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher.errors import BrokenProject, BuildError
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
