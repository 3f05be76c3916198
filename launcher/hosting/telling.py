"""What a server says to whoever started it; standard output is for the access log."""

from __future__ import annotations

import sys

from launcher.hosting.order import Hosting

NAMES = {"waitress": "Waitress", "gunicorn": "Gunicorn", "uwsgi": "uWSGI"}


def description(settled: Hosting, place: str, *, only_would: bool = False) -> str:
    """Say where and how a project is served, or would be, as one calm paragraph."""
    processes = "one process" if settled.workers == 1 else f"{settled.workers} processes"
    threads = "one thread" if settled.threads == 1 else f"{settled.threads} threads"
    names = ", ".join(settled.hosts)
    front = f"Behind {settled.behind}. " if settled.behind else ""
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
