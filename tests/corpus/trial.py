"""One application of the corpus, built one way, and tried as on a stranger's machine."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from tests.corpus.cases import Case
from tests.corpus.environments import moved_away
from tests.corpus.visitor import Visitor
from tests.end_to_end.frozen import Stranger, open_folder, sealed, unpacked_by_stranger
from tests.support.running import Running

# Where a friend has the program: installed for everybody, or unpacked into a folder of his own.
CIRCUMSTANCES: dict[str, Callable[[Path], AbstractContextManager[Path]]] = {
    "read-only": sealed,
    "writable": unpacked_by_stranger,
}


@dataclass(slots=True)
class Outcome:
    """How many visits went well in one circumstance, and what went wrong first."""

    asked: int
    worked: int = 0
    error: str = ""

    @property
    def works(self) -> bool:
        return not self.error and self.worked == self.asked

    def note(self, error: str) -> None:
        """Keep the first error, on one line."""
        self.error = self.error or " ".join(error.split())


@dataclass(slots=True)
class Trial:
    """What came of a try, in each circumstance, and what it cost."""

    name: str
    outcomes: dict[str, Outcome]
    seconds: float = 0.0
    again: float = 0.0  # seconds of a second build; 0 when there was none
    size: int = 0

    @property
    def works(self) -> bool:
        return all(outcome.works for outcome in self.outcomes.values())

    @property
    def error(self) -> str:
        """Return the first error of all."""
        return next((outcome.error for outcome in self.outcomes.values() if outcome.error), "")


@dataclass(frozen=True, slots=True)
class Terms:
    """How a run of the corpus is made: where things are cached, which web view, built once or twice."""

    cache: Path
    webview: str | None = None
    twice: bool = False


@dataclass(slots=True)
class Made:
    """A program that was built, and the folders that a stranger does not have."""

    program: Path
    away: tuple[Path, ...]
    seconds: float
    again: float = 0.0


@dataclass(frozen=True, slots=True)
class Way:
    """A way to package: how it builds, and where its started program serves. Both raise what goes wrong.

    `orderly` says that a program which is told to end does so with exit code 0.
    """

    name: str
    build: Callable[[Case, Terms, Path], Made]
    address: Callable[[Running], str]
    orderly: bool


def project_of(case: Case, place: Path) -> Path:
    """Make the folder that a person would start in: the few lines of project, or nothing."""
    folder = place / case.name
    if case.folder is not None:
        shutil.copytree(case.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        folder.mkdir()
    return folder


def attempt(case: Case, terms: Terms, way: Way) -> Trial:
    """Build the application with no configuration and visit it; the outcome tells all, nothing is raised."""
    outcomes = {name: Outcome(len(case.visits)) for name in CIRCUMSTANCES}
    trial = Trial(case.name, outcomes)
    try:
        with open_folder(f"corpus-{case.name}-") as place:
            made = way.build(case, terms, place)
            trial.seconds, trial.again = made.seconds, made.again
            trial.size = size_of(made.program.parent)
            with moved_away(*made.away):
                for name, outcome in outcomes.items():
                    (place / name).mkdir()
                    with CIRCUMSTANCES[name](made.program.parent):
                        _try(case, made.program, Stranger(place / name), way, outcome)
    except Exception as error:  # whatever it is, it belongs in the table
        for outcome in outcomes.values():
            outcome.note(f"{type(error).__name__}: {error}")
    return trial


def size_of(folder: Path) -> int:
    """Return the bytes of all files below a folder, links not followed."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


def _try(case: Case, program: Path, stranger: Stranger, way: Way, outcome: Outcome) -> None:
    """Start the program, do what a visitor does, and what he does after a restart."""
    forget(case)
    try:
        for later in (False, True):
            visits = [visit for visit in case.visits if visit.later is later]
            if not visits:
                continue
            running = stranger.start(program)
            try:
                visitor = Visitor(way.address(running))
            except AssertionError:
                outcome.note(last_error(running.stderr))
                return
            for visit in visits:
                if wrong := visitor.do(visit):
                    outcome.note(f"{last_error(running.stderr)} {wrong}")
                else:
                    outcome.worked += 1
            code = running.stop()
            if way.orderly and code:
                outcome.note(f"ended with exit code {code}")
    finally:
        stranger.leave()
        forget(case)


def forget(case: Case) -> None:
    """Remove what the app left at absolute paths when it ran here before."""
    for path in case.outside:
        path.unlink(missing_ok=True)


def last_error(said: str) -> str:
    """Return the last line that names an exception, else the last line."""
    lines = [line for line in said.splitlines() if line.strip()]
    named = [line for line in lines if re.match(r"[\w.]+(Error|Exception|NotFound)\b", line)]
    return next(iter((named or lines)[-1:]), "")
