"""One application of the corpus, built and tried as on a stranger's machine."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.corpus.cases import Case
from tests.corpus.environments import environment_for, moved_away, python_of
from tests.corpus.visitor import Visitor
from tests.end_to_end.builds import Builder, set_up
from tests.end_to_end.frozen import Stranger, open_folder, sealed
from tests.support.running import Running


@dataclass(slots=True)
class Trial:
    """What came of a try: how many visits went well, what went wrong first, and what it cost."""

    name: str
    asked: int
    worked: int = 0
    error: str = ""
    seconds: float = 0.0
    again: float = 0.0  # seconds of a second build; 0 when there was none
    size: int = 0

    @property
    def works(self) -> bool:
        return not self.error and self.worked == self.asked

    def note(self, error: str) -> None:
        """Keep the first error, on one line."""
        self.error = self.error or " ".join(error.split())


@dataclass(frozen=True, slots=True)
class Terms:
    """How a run of the corpus is made: where things are cached, which web view, built once or twice."""

    cache: Path
    webview: str | None = None
    twice: bool = False


def project_of(case: Case, place: Path) -> Path:
    """Make the folder that a person would start in: the few lines of project, or nothing."""
    folder = place / case.name
    if case.folder is not None:
        shutil.copytree(case.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        folder.mkdir()
    return folder


Way = Callable[[Case, Terms, Path, Trial], None]


def attempt(case: Case, terms: Terms, way: Way | None = None) -> Trial:
    """Build the application, with no configuration unless there is another way, and visit it.

    The outcome tells all, nothing is raised.
    """
    trial = Trial(case.name, len(case.visits))
    try:
        with open_folder(f"corpus-{case.name}-") as place:
            (way or _build_and_try)(case, terms, place, trial)
    except Exception as error:  # whatever it is, it belongs in the table
        trial.note(f"{type(error).__name__}: {error}")
    return trial


def _build_and_try(case: Case, terms: Terms, place: Path, trial: Trial) -> None:
    environment = environment_for(case.name, case.requirements, terms.cache)
    project = project_of(case, place)
    if terms.webview is not None:
        set_up(project, webview=terms.webview)
    builder = Builder(terms.cache, python_of(environment))
    output = place / "programs"
    begin = time.monotonic()
    built = builder.build(case.target, output, cwd=project)
    trial.seconds = time.monotonic() - begin
    if built.code:
        trial.note(f"build: {built.last.get('message', built.errors)}")
        return
    if terms.twice:
        begin = time.monotonic()
        built = builder.build(case.target, output, cwd=project)
        trial.again = time.monotonic() - begin
    bundle = built.program.parent
    trial.size = size_of(bundle)
    with moved_away(project, environment), sealed(bundle):
        try_program(case, built.program, Stranger(place), trial)


def size_of(folder: Path) -> int:
    """Return the bytes of all files below a folder, links not followed."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


def try_program(case: Case, program: Path, stranger: Stranger, trial: Trial) -> None:
    """Start the program, do what a visitor does, and what he does after a restart."""
    forget(case)
    try:
        for later in (False, True):
            visits = [visit for visit in case.visits if visit.later is later]
            if not visits:
                continue
            with _started(program, stranger) as running:
                try:
                    visitor = Visitor(running.entry())
                except AssertionError:
                    trial.note(last_error(running.stderr))
                    return
                for visit in visits:
                    if wrong := visitor.do(visit):
                        trial.note(f"{wrong} {last_error(running.stderr)}")
                    else:
                        trial.worked += 1
                if code := running.stop():
                    trial.note(f"ended with exit code {code}")
    finally:
        stranger.leave()
        forget(case)


def forget(case: Case) -> None:
    """Remove what the app left at absolute paths when it ran here before."""
    for path in case.outside:
        path.unlink(missing_ok=True)


@contextmanager
def _started(program: Path, stranger: Stranger) -> Iterator[Running]:
    running = stranger.start(program)
    try:
        yield running
    finally:
        running.clean_up()


def last_error(said: str) -> str:
    """Return the last line that names an exception, else the last line."""
    lines = [line for line in said.splitlines() if line.strip()]
    named = [line for line in lines if re.match(r"[\w.]+(Error|Exception|NotFound)\b", line)]
    return next(iter((named or lines)[-1:]), "")
