"""Why an app did not serve, in the words of whoever wrote it: from its report, its log and what it did."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from launcher.control import Message
from launcher.errors import BrokenProject
from launcher.logs import Log

LINES_SHOWN = 15  # of what the app said before it gave up
Events = Mapping[str, list[list[Any]]]


def hanging(deadline: float, events: Events, place: str) -> BrokenProject:
    """Return the error of an app that was still loading at the deadline."""
    at = f" It was at {place}" if place else ""
    message = f"The app did not finish starting within {deadline:.0f} s.{at}"
    if "terminal" in events:
        return BrokenProject(f"{message}\n{_asked(events)}", _NO_TERMINAL)
    if "fork" in events:
        return BrokenProject(f"{message}\n{_forked(events)}", _NO_FORK)
    called = events.get("host")
    if called:
        host, port, by = called[-1]
        where = f" ({by})" if by else ""
        return BrokenProject(
            f"{message}\nThe last that it called is {host}{f', port {port}' if port else ''}{where}.",
            "If it waits for that one, let it start without: a friend's machine may not reach it.",
        )
    return BrokenProject(message, "Does it wait for something, or compute without end, while it is imported?")


def ended(code: int, events: Events, log: Log) -> BrokenProject:
    """Return the error of an app whose process was gone before it served."""
    if "fork" in events:
        return BrokenProject(f"The app's process ended while it started. {_forked(events)}", _NO_FORK)
    return BrokenProject(
        f"The app's process ended by itself while it started (exit code {code}).\n{log.tail()}",
        "Start it with `launcher run` to see its log.",
    )


def multiplying(count: int, events: Events) -> BrokenProject:
    """Return the error of an app that starts processes without end."""
    started = [(name, by) for name, _, by in events.get("program", ())]
    started += [("a copy of itself", by) for (by,) in events.get("fork", ())]
    name, by = started[-1] if started else ("", "")
    last = f" The last was {name}{f' ({by})' if by else ''}." if name else ""
    return BrokenProject(
        f"The app starts processes without end: there were {count} of them when it was stopped.{last}",
        "Start other processes only where the app is asked for something, not while its files are imported.",
    )


def failed(event: Message, events: Events, log: Log) -> BrokenProject:
    """Return the error of an app that raised, or ended itself, while it was loaded."""
    details, todo = event["details"], event["todo"]
    last = details.rpartition("\n")[2]
    if "terminal" in events and re.match(r"EOFError|OSError|SystemExit|click\.exceptions\.Abort|Abort", last):
        return BrokenProject(f"{_asked(events)}\n{details}", _NO_TERMINAL)
    if last.startswith("SystemExit"):
        if "fork" in events:
            return BrokenProject(f"{_forked(events)}\n{details}", _NO_FORK)
        # Whoever ends on purpose has said why, and the log goes with the scratch folder.
        said = log.tail().partition(event["sentence"])[0].strip().splitlines()
        if said:
            details = "\n".join([*said[-LINES_SHOWN:], details])
            todo = "See what it says above."
    if "refused" in events and "PermissionError" in details:
        path, by = events["refused"][-1]
        where = f" ({by})" if by else ""
        return BrokenProject(
            f"The app writes to {path}{where}, which is none of its own files.\n{details}",
            "Write beside the code (Path(__file__).parent), into the home or a temporary folder: a friend's "
            "machine has no other place where it may.",
        )
    missing = re.match(r"KeyError: '([A-Z][A-Z0-9_]+)'", last)
    if missing:
        todo = (
            f"If {missing[1]} is a variable of your shell: the program does not have it either. Give it a "
            "default, or set it in env of [tool.launcher]."
        )
    return BrokenProject(f"{event['sentence']}\n{details}".rstrip(), todo)


def without_a_page(count: int, log: Log) -> BrokenProject:
    """Return the error of an app none of whose pages can be seen."""
    pages = "Its only page fails" if count == 1 else f"All its {count} pages fail"
    return BrokenProject(
        f"The app starts, and no page of it works. {pages} from source as well:\n{log.tail().rstrip()}",
        "If it needs settings of your shell, set them in env of [tool.launcher]; else start it with "
        "`launcher run` and open a page.",
    )


_NO_TERMINAL = (
    "A program with a window has no terminal. Ask on a page of the app, or give the answer in args or env of "
    "[tool.launcher]."
)
_NO_FORK = "Let it stay in the foreground: the launcher serves it, and ends it with its window."


def _asked(events: Events) -> str:
    what, by = events["terminal"][0]
    return f"It asks for input in a terminal: {what}{f' in {by}' if by else ''}."


def _forked(events: Events) -> str:
    (by,) = events["fork"][0]
    return f"It puts itself into the background (os.fork{f' in {by}' if by else ''})."
