"""For comparison: plain PyInstaller on an entry script of five lines, as most people begin."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import psutil

from launcher import host
from tests.corpus import trial
from tests.corpus.cases import Case
from tests.corpus.environments import environment_for, moved_away, python_of
from tests.corpus.trial import Terms, Trial, forget, last_error, project_of, size_of
from tests.corpus.visitor import Visitor
from tests.end_to_end.frozen import Stranger, sealed
from tests.support.processes import with_descendants
from tests.support.running import Running
from tests.support.waiting import until

ENTRY = """\
from waitress import serve
from {module} import {name}

app = {expression}
serve(app, host="127.0.0.1", port=0)
"""


def attempt(case: Case, terms: Terms) -> Trial:
    """Build the application with plain PyInstaller and visit it; nothing is raised."""
    return trial.attempt(case, terms, _build_and_try)


def write_entry(target: str, project: Path) -> Path:
    """Write the five lines into the project; a script that serves by itself is its own entry."""
    if target.endswith(".py"):
        return project / target
    module, _, expression = target.partition(":")
    entry = project / "start.py"
    name = expression.partition("(")[0]
    entry.write_text(ENTRY.format(module=module, name=name, expression=expression), encoding="utf-8")
    return entry


def _build_and_try(case: Case, terms: Terms, place: Path, found: Trial) -> None:
    environment = environment_for(
        f"{case.name}-naive", (*case.requirements, "waitress", "pyinstaller"), terms.cache
    )
    project = project_of(case, place)
    entry = write_entry(case.target, project)
    begin = time.monotonic()
    done = subprocess.run(
        [
            *(str(python_of(environment)), "-m", "PyInstaller", "--noconfirm", "--onedir"),
            *("--workpath", str(place / "work"), "--distpath", str(place / "programs")),
            *("--specpath", str(place), "--log-level", "ERROR", entry.name),
        ],
        cwd=project,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    found.seconds = time.monotonic() - begin
    if done.returncode:
        found.note(f"build: {last_error(done.stderr)}")
        return
    bundle = place / "programs" / entry.stem
    found.size = size_of(bundle)
    with moved_away(project, environment), sealed(bundle):
        _try(case, bundle / host.executable_name(entry.stem), Stranger(place), found)


def _try(case: Case, program: Path, stranger: Stranger, found: Trial) -> None:
    forget(case)
    try:
        for later in (False, True):
            visits = [visit for visit in case.visits if visit.later is later]
            if not visits:
                continue
            running = stranger.start(program)
            port = until(lambda one=running: _port_of(one), seconds=60.0)  # type: ignore[misc]
            if running.process.poll() is not None:
                found.note(last_error(running.stderr))
                return
            visitor = Visitor(f"http://127.0.0.1:{port}/")
            for visit in visits:
                if wrong := visitor.do(visit):
                    found.note(f"{last_error(running.stderr)} {wrong}")
                else:
                    found.worked += 1
            running.clean_up()
    finally:
        stranger.leave()
        forget(case)


def _port_of(running: Running) -> int:
    """Return the port that the program listens at, 0 while it does not, -1 when it has ended."""
    if running.process.poll() is not None:
        return -1
    try:
        for process in with_descendants(running.process.pid):
            for connection in process.net_connections("tcp4"):
                if connection.status == psutil.CONN_LISTEN:
                    return int(connection.laddr.port)
    except psutil.NoSuchProcess:
        return 0
    return 0
