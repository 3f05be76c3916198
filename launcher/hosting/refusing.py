"""What is refused before a project is even loaded: an order that would let in whom nobody meant."""

from __future__ import annotations

import importlib.util
import os
import sys

from launcher import host
from launcher.errors import LauncherError, MissingTool, UsageError
from launcher.hosting.keys import given_key
from launcher.hosting.order import Hosting
from launcher.hosting.telling import NAMES

OFF = ("", "0", "false", "no")  # as Flask reads FLASK_DEBUG
PACKAGES = {"waitress": "waitress", "gunicorn": "gunicorn", "uwsgi": "pyuwsgi"}


def refuse(order: Hosting) -> None:
    """Raise for the first thing that must be said differently before anything is served."""
    refuse_any(order)
    error = _installed(order)
    if error is not None:
        raise error


def refuse_any(order: Hosting) -> None:
    """Raise for what is wrong whatever is installed."""
    given_key(order)
    for check in (_hosts, _root, _debugging, _address, _platform):
        error = check(order)
        if error is not None:
            raise error


def _hosts(order: Hosting) -> LauncherError | None:
    if order.hosts:
        return None
    return UsageError(
        "It is not said by which names the app may be asked for.",
        "Give them with --hosts, as --hosts example.org,www.example.org. To try it on this machine alone:"
        " --hosts localhost,127.0.0.1",
    )


def _root(order: Hosting) -> LauncherError | None:
    if not host.is_root() or order.as_root:
        return None
    return UsageError(
        "This is the superuser: a hole in the app would be one in the whole machine.",
        "Start it as a user who has only what the app needs, or say that it is meant with --as-root.",
    )


def _debugging(order: Hosting) -> LauncherError | None:
    if os.environ.get("FLASK_DEBUG", "").lower() in OFF:
        return None
    return UsageError(
        "FLASK_DEBUG is set: visitors of an app in debug mode can run code here.",
        "Take it out of the environment of the server.",
    )


def _address(order: Hosting) -> LauncherError | None:
    if order.behind or order.plain_http or order.place.is_loopback:
        return None
    return UsageError(
        f"{order.bind} can be reached from other machines, and what is sent there can be read on its way.",
        "Put a proxy with https in front (--behind nginx or --behind apache), or say that it is meant with"
        " --plain-http.",
    )


def _platform(order: Hosting) -> LauncherError | None:
    if not host.WINDOWS:
        return None
    if order.server != "waitress":
        return MissingTool(
            f"There is no {NAMES[order.server]} for Windows.", "Use Waitress: leave --server out."
        )
    if order.place.is_unix or order.workers > 1:
        return UsageError(
            "On Windows there is one process, at an address and a port.",
            "Leave --workers out, and give --bind an address, as 127.0.0.1:8000.",
        )
    return None


def _installed(order: Hosting) -> LauncherError | None:
    """Say that a server is lacking, with the command that installs it; uWSGI may be the system's."""
    if order.server == "uwsgi" or importlib.util.find_spec(order.server) is not None:
        return None
    return lacking(order.server)


def lacking(server: str) -> MissingTool:
    """Return what to raise where a server is not installed."""
    return MissingTool(
        f"{NAMES[server]} is not installed in the project's environment.",
        f"Install it there: {sys.executable} -m pip install {PACKAGES[server]}",
    )
