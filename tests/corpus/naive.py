"""For comparison: plain PyInstaller on an entry script of five lines, as most people begin."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import psutil

from launcher import host
from tests.corpus.cases import Case
from tests.corpus.environments import environment_for, python_of
from tests.corpus.trial import Made, Terms, Way, last_error, project_of
from tests.support.processes import with_descendants
from tests.support.running import Running
from tests.support.waiting import until

ENTRY = """\
from waitress import serve
from {module} import {name}

app = {expression}
serve(app, host="127.0.0.1", port=0)
"""


def write_entry(target: str, project: Path) -> Path:
    """Write the five lines into the project; a script that serves by itself is its own entry."""
    if target.endswith(".py"):
        return project / target
    module, _, expression = target.partition(":")
    entry = project / "start.py"
    name = expression.partition("(")[0]
    entry.write_text(ENTRY.format(module=module, name=name, expression=expression), encoding="utf-8")
    return entry


def build(case: Case, terms: Terms, place: Path) -> Made:
    """Build with PyInstaller, installed into the application's own environment."""
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
    seconds = time.monotonic() - begin
    if done.returncode:
        raise RuntimeError(f"build: {last_error(done.stderr)}")
    program = place / "programs" / entry.stem / host.executable_name(entry.stem)
    return Made(program, (project, environment), seconds)


def address(running: Running) -> str:
    """Return where the program listens; it has to serve before it ends."""
    port = until(lambda: _port_of(running), seconds=60.0)
    assert running.process.poll() is None
    return f"http://127.0.0.1:{port}/"


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


WAY = Way("plain pyinstaller", build, address, orderly=False)
