"""What a server says to whoever started it; standard output is for the access log."""

from __future__ import annotations

import sys

from launcher.hosting.order import Hosting

UNSERVABLE = "The project as it is now cannot be served. The old processes go on."
NAMES = {"waitress": "Waitress", "gunicorn": "Gunicorn", "uwsgi": "uWSGI"}


def description(settled: Hosting, place: str, *, only_would: bool = False) -> str:
    """Say where and how a project is served, or would be, as one calm paragraph."""
    processes = "one process" if settled.workers == 1 else f"{settled.workers} processes"
    threads = "one thread" if settled.threads == 1 else f"{settled.threads} threads"
    names = ", ".join(settled.hosts)
    front = ""
    if settled.behind:
        whom = "whoever may open that socket" if settled.place.is_unix else " and ".join(settled.proxy)
        front = f"Behind {settled.behind}, whose word about visitors is believed from {whom}. "
    elif settled.server != "waitress":
        front = "Without a proxy in front, slow visitors can hold all of its threads. "
    each = "" if settled.workers == 1 else " each"
    begin = "It can be served" if only_would else "Serving"
    return (
        f"{begin} at {place} with {NAMES[settled.server]}, {processes} of {threads}{each}. {front}"
        f"It answers to {names}. SIGTERM stops it in order, SIGHUP loads the project anew."
    )


def say(text: str) -> None:
    """Say something to whoever started the server."""
    sys.stderr.write(f"launcher: {text}\n")
    sys.stderr.flush()
