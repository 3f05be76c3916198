"""The launcher's own way: its command, and nothing but the folder."""

from __future__ import annotations

import time
from pathlib import Path

from tests.corpus.cases import Case
from tests.corpus.environments import environment_for, python_of
from tests.corpus.trial import Made, Terms, Way, project_of
from tests.end_to_end.builds import Builder, set_up
from tests.support.running import Running


def build(case: Case, terms: Terms, place: Path) -> Made:
    """Build with the launcher, twice if the terms say so."""
    environment = environment_for(case.name, case.requirements, terms.cache)
    project = project_of(case, place)
    if terms.webview is not None:
        set_up(project, webview=terms.webview)
    builder = Builder(terms.cache, python_of(environment))
    seconds = []
    for _ in range(2 if terms.twice else 1):
        begin = time.monotonic()
        built = builder.build(case.target, place / "programs", cwd=project)
        seconds.append(time.monotonic() - begin)
        if built.code:
            raise RuntimeError(f"build: {built.last.get('message', built.errors)}")
    return Made(built.program, (project, environment), *seconds)


def address(running: Running) -> str:
    """Return the entry URL that the program says."""
    return running.entry()


WAY = Way("launcher", build, address, orderly=True)
