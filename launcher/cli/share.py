"""`launcher share`: a project in its window, and a link by which friends on the same Wi-Fi come in."""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from launcher import runtime
from launcher.cli import console, picture
from launcher.cli.options import Passing, passed, project_argument, python_option
from launcher.errors import LauncherError, UsageError
from launcher.shared import clock_of, sentence_of
from launcher.window import display

LONGEST = 24.0  # hours
LISTENING = "On an open Wi-Fi others could listen in."
ADDRESS = "--address"


@click.command(cls=Passing)
@project_argument
@python_option
@click.option(ADDRESS, help="The address to share at, where this machine has several.")
@click.option("--ask", is_flag=True, help="Be asked about every device that wants to come in.")
@click.option(
    "--hours",
    type=click.FloatRange(0, LONGEST, min_open=True),
    default=8.0,
    show_default=True,
    help="End it after so many hours.",
)
@click.option("--port", type=click.IntRange(1, 65535), help="Listen for yourself at exactly this port.")
@click.option("--browser", is_flag=True, help="Show the app in a browser.")
def share(
    project: str | None,
    python: Path | None,
    address: str | None,
    ask: bool,
    hours: float,
    **options: Any,
) -> None:
    """Show a project in its own window, and let friends on the same Wi-Fi use it.

    They open a link, or the same as a picture for their phones. It ends with
    the window. What comes after -- is for the app, which finds it in sys.argv.
    """
    from launcher.packager import plan
    from launcher.packager.source import launch_of

    _check(address)
    if not display.is_reachable() and not os.environ.get("BROWSER"):
        os.environ["LAUNCHER_HEADLESS"] = "1"  # the terminal is enough for it
    terminal = Terminal()
    made = plan.make(plan.Options(project=project, python=python))
    with tempfile.TemporaryDirectory(prefix="launcher-share-") as scratch:
        launch = replace(
            launch_of(made, Path(scratch), arguments=passed(), **options),
            share={"address": address, "ask": ask, "hours": hours},
            told=terminal.hear,
        )
        code = runtime.run(launch, terminal.show_entry)
    error = terminal.end()
    if error is not None:
        console.put_error(error)
        code = error.exit_code
    runtime.leave(code)


def _check(address: str | None) -> None:
    """Raise UsageError where it is plain before anything opens that nothing can be shared."""
    from launcher.sharing import addresses

    found = addresses.shareable()
    chosen, why = addresses.choose(address, found)
    if chosen is None:
        raise impossible({"why": why, "addresses": [[one.ip, one.interface] for one in found]})


class Terminal:
    """Says in the terminal who comes, by which link, and how it ends."""

    def __init__(self) -> None:
        self._link = ""
        self._impossible: LauncherError | None = None

    def show_entry(self, url: str) -> None:
        """Show the way in of who shares, where there is no window."""
        _put(f"For yourself, in a browser on this machine:\n\n    {url}\n")

    def hear(self, message: Mapping[str, Any]) -> None:
        """Take an event of the sharing."""
        event = message["event"]
        if event == "shared":
            self._show_link(message)
        elif event == "unshareable":
            self._impossible = impossible(message)
        else:
            self._link = "" if event == "unshared" else self._link
            _put(sentence_of(dict(message)) + _to_do(message))

    def end(self) -> LauncherError | None:
        """Say that the app is closed; return why nothing could be shared, where that is so."""
        if self._link:
            _put("No longer shared: the app is closed.")
        return self._impossible

    def _show_link(self, message: Mapping[str, Any]) -> None:
        link = message["link"]
        if link == self._link:
            return
        is_first, self._link = not self._link, link
        _put(f"{_terms(message)}\n{LISTENING} Ctrl-C ends it." if is_first else "The next link:")
        _put(f"\n    {link}\n")
        # A window shows each as a picture by itself.
        code = picture.fitting(link) if is_first or runtime.headless() else ""
        if code:
            _put(code)


def impossible(message: Mapping[str, Any]) -> LauncherError:
    """Return the error that says why nothing can be shared, and what to type or do."""
    found = message["addresses"]
    if not found:
        return UsageError(message["why"], "Join a Wi-Fi or plug in a cable, then try again.")
    commands = "".join(f"\n    {_command_with(address)}    {name}" for address, name in found)
    return UsageError(message["why"], f"Say which one:{commands}")


def _command_with(address: str, words: Sequence[str] | None = None) -> str:
    """Return the command that was typed, with an address in it."""
    own = list(sys.argv[1:] if words is None else words)
    rest: list[str] = []
    if "--" in own:
        own, rest = own[: own.index("--")], own[own.index("--") :]
    if ADDRESS in own:
        at = own.index(ADDRESS)
        del own[at : at + 2]
    own = [word for word in own if not word.startswith(f"{ADDRESS}=")]
    return shlex.join(["launcher", *own, ADDRESS, address, *rest])


def _terms(message: Mapping[str, Any]) -> str:
    until = clock_of(dict(message))
    if message["ask"]:
        return f"People on this Wi-Fi who have this link can ask to use the app until {until}."
    return f"People on this Wi-Fi who have this link can use the app until {until}."


def _to_do(message: Mapping[str, Any]) -> str:
    if message.get("what") == "asks":
        where = "at your own address above" if runtime.headless() else "in the window"
        return f" It shows {message['digits']}: if that is right, allow it {where}."
    return ""


def _put(text: str) -> None:
    with suppress(OSError, ValueError):  # a pipe that nobody reads any more
        click.echo(text)
