"""uWSGI: what it is started with, and where it is found.

It speaks plain HTTP with one request on a connection. Its other way, which keeps connections, takes the rest
of a chunked body for the next request, tells the second one on a connection that it comes from 0.0.0.0, and
never ends an answer without a length. A proxy on the same machine may speak its own protocol with it.

A reload is ours: its own stops answering until the project is loaded again, and ends where it cannot be.
"""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from launcher.errors import MissingTool
from launcher.hosting import master, sockets
from launcher.hosting.order import Hosting
from launcher.hosting.refusing import lacking
from launcher.hosting.telling import description

APP = Path(__file__).with_name("uwsgi_app.py")
ABOUT = "LAUNCHER_SERVE_ABOUT"  # in the environment of our own processes alone
HIGHEST = 4096  # of the numbers of files that are used for our own purposes
ELF, MACH = b"\x7fELF", b"\xcf\xfa\xed\xfe"


def serve(order: Hosting, script: str, path: Path, salt: str) -> int:
    """Serve until told to stop; return the exit code."""
    bound = sockets.bind(order.place)
    about = {"workers": order.workers, "threads": order.threads, "salt": salt}
    os.environ[ABOUT] = json.dumps(about)
    command = master.command_of(script, path)
    ready = description(order, sockets.text_of(bound))
    return master.Master(command, bound, 1, reports=order.workers, by_signal=True).run(ready)


def work(order: Hosting, script: str, path: Path, bound: int, line: int) -> int:
    """Become uWSGI, with the numbers of the socket and of the line to the master."""
    about = json.loads(os.environ[ABOUT])
    about |= {"order": str(path), "script": script, "line": line}
    os.environ[ABOUT] = json.dumps(about)
    begin = find()
    words = [*begin[1:], *options(order, bound, about["workers"], about["threads"])]
    if begin[0]:
        os.execv(begin[0], [begin[0], *words])
    import pyuwsgi

    pyuwsgi.run(words)
    return 0


def options(order: Hosting, bound: int, workers: int, threads: int) -> list[str]:
    """Return uWSGI's options, each with its reason."""
    kind = "--socket" if order.protocol == "uwsgi" else "--http-socket"
    found = [
        kind,
        f"fd://{bound}",
        "--master",
        f"--processes={workers}",
        f"--threads={threads}",
        "--enable-threads",  # those that the app starts itself
        f"--wsgi-file={APP}",
        "--need-app",  # without one it would answer with errors for ever
        "--lazy-apps",  # each process loads the project itself: connections are its own
        "--single-interpreter",  # libraries in C take a second one badly
        "--buffer-size=32768",  # of all headers; 4 KiB, as it is, is less than some cookies
        "--socket-timeout=30",  # seconds; after 4, as it is, an upload from a train is cut
        "--hook-master-start=unix_signal:15 gracefully_kill_them_all",  # its own SIGTERM cuts everybody
        "--die-on-term",  # before that hook is run
        "--exit-on-reload",  # reloading is the master's
        "--worker-reload-mercy=30",
        f"--hook-accepting=write:/dev/fd/{accepting()} 1",
        "--no-orphans",
        "--disable-logging",  # the front writes the access log, with the visitor's address
        "--ignore-sigpipe",  # visitors who go away are no news
        "--ignore-write-errors",
    ]
    # No harakiri: it would end the other requests of the process as well.
    if not order.place.is_unix:
        found.append("--tcp-nodelay")
    return found


def accepting() -> int:
    """Return the number at which each process hears from uWSGI that it has begun to answer: the last one."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return (HIGHEST if allowed == resource.RLIM_INFINITY else min(allowed, HIGHEST)) - 1


def find() -> Sequence[str]:
    """Return uWSGI's path and first options, an empty path where it is a module; raises MissingTool."""
    if importlib.util.find_spec("pyuwsgi") is not None:
        return ("",)
    own = Path(sys.executable).parent / "uwsgi"
    if own.is_file() and own.read_bytes()[:4] in (ELF, MACH):
        return (str(own), *_environment())
    systems = shutil.which("uwsgi")
    if systems is None:
        raise lacking("uwsgi")
    plugin = f"python{sys.version_info[0]}{sys.version_info[1]}"
    if not _has(systems, plugin):
        raise MissingTool(
            f"{systems} has no plugin for Python {sys.version_info[0]}.{sys.version_info[1]}, which is the"
            " project's.",
            f"Install one for the project alone: {sys.executable} -m pip install pyuwsgi",
        )
    return (systems, f"--plugin={plugin}", *_environment())


def _environment() -> Sequence[str]:
    """Return the option for the environment that this Python belongs to."""
    return () if sys.prefix == sys.base_prefix else (f"--virtualenv={sys.prefix}",)


def _has(binary: str, plugin: str) -> bool:
    asked = [binary, f"--need-plugin={plugin}", "--version"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0
