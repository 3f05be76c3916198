"""The access log: one line a request, as web servers write it, and behind it how long the answer took.

    203.0.113.7 - - [24/Nov/2026:19:02:11 +0100] "GET /quiz?page=2 HTTP/1.1" 200 5120 "-" "Mozilla/5.0" 0.012

It is the combined format, which every reader of logs knows, and the seconds. Whatever a visitor wrote is
written in printable ASCII, so that nobody can add a line of his own, or draw on a terminal.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

STANDARD_OUTPUT = 1
LONGEST = 1024  # characters of one field: lines of several processes stay whole below 4 KiB
UNSAFE = re.compile(r'[^\x20-\x7e]|["\\]')
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Write = Callable[[bytes], object]


def to_standard_output(line: bytes) -> None:
    """Write a line at once: several processes share the log, and one write is never torn there."""
    with suppress(OSError):  # nobody reads any more: no reason to stop answering
        os.write(STANDARD_OUTPUT, line)


def line_of(environ: WSGIEnvironment, status: int, size: int | None, seconds: float) -> bytes:
    """Return the line of one answered request."""
    get = environ.get
    path = _target(environ)
    request = f"{get('REQUEST_METHOD', '')} {path} {get('SERVER_PROTOCOL', '')}"
    return written(
        get("REMOTE_ADDR") or "-",
        request,
        status,
        size,
        seconds,
        referrer=get("HTTP_REFERER") or "-",
        agent=get("HTTP_USER_AGENT") or "-",
    )


def written(
    address: str,
    request: str,
    status: int,
    size: int | None,
    seconds: float,
    *,
    referrer: str = "-",
    agent: str = "-",
) -> bytes:
    """Return a line of the log."""
    said = [safe(text) for text in (address, request, referrer, agent)]
    length = "-" if size is None else str(size)
    return (
        f'{said[0]} - - [{_now()}] "{said[1]}" {status} {length} "{said[2]}" "{said[3]}" {seconds:.3f}\n'
    ).encode("ascii")


def safe(text: str) -> str:
    """Return a text as it may stand in a line, between quotes."""
    if len(text) > LONGEST:
        text = text[:LONGEST] + "..."
    return UNSAFE.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    raw = match[0].encode("latin-1" if ord(match[0]) < 256 else "utf-8", "backslashreplace")
    return "".join(f"\\x{byte:02x}" for byte in raw)


def _target(environ: WSGIEnvironment) -> str:
    """Return what was asked for, as it was written where the server keeps that."""
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if isinstance(raw, str) and raw:
        return raw
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    query = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def _now() -> str:
    """Return the time as these logs write it; names of months are English whatever the locale is."""
    now = time.localtime()
    month = MONTHS[now.tm_mon - 1]
    return time.strftime(f"%d/{month}/%Y:%H:%M:%S %z", now)
