"""The victim in other people's hands: servers with the settings that they have of themselves.

flaskwebgui 1.1.8 is written in the syntax of Python 3.12, so that it runs in the first such Python here,
with our environment's distributions.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from tests.attacks.vocabulary import ADDRESS, System, Target
from tests.support.programs import environment
from tests.support.running import Running
from tests.support.waiting import until

STANDS = Path(__file__).with_name("stands.py")
NEWER = ("python3.12", "python3.13", "python3.14")


@contextmanager
def start(system: System, place: Path) -> Iterator[Target]:
    """Serve the victim until the end of the block."""
    place.mkdir(parents=True, exist_ok=True)
    with socket.create_server((ADDRESS, 0)) as free:
        port = free.getsockname()[1]
    python = newer_python() if system.name == "flaskwebgui" else sys.executable
    environ = environment(VICTIM_NOTES=str(place / "notes"), HOME=str(place), TMPDIR=str(place))
    if system.name == "flaskwebgui":
        environ["BROWSER"] = "/bin/true"  # asked for at its import
    if python != sys.executable:
        environ["PYTHONPATH"] = sysconfig.get_path("purelib")
    running = Running([python, STANDS, system.name, str(port)], environ, place / "said", cwd=place)
    try:
        target = Target(system, port, running.process.pid, place, said=partial(_said, running))
        until(target.is_alive, seconds=60, what=lambda: running.stderr)
        target.cookie = (target.ask("/").header("set-cookie") or "").partition(";")[0]
        yield target
    finally:
        running.clean_up()


def _said(running: Running) -> Mapping[str, str]:
    return {"standard output": running.stdout, "standard error": running.stderr}


def newer_python() -> str:
    """Find a Python that flaskwebgui can be imported in; the empty text where there is none."""
    if sys.version_info >= (3, 12):
        return sys.executable
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    there = [*map(str, kept.glob("3.1[2-9].*/bin/python")), *(shutil.which(name) for name in NEWER)]
    for python in filter(None, there):
        code = "import sys; sys.exit(sys.version_info < (3, 12))"
        with suppress(OSError):
            if subprocess.run([python, "-c", code], check=False).returncode == 0:
                return python
    return ""


SYSTEMS = (
    System("waitress", start),
    System("flask run", start),
    System("flaskwebgui", start, lacks="" if newer_python() else "it needs Python 3.12, which is not here"),
    System("pywebview", start),
)
