"""`launcher build`: the program that people double-click."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from launcher import host
from launcher.cli import console
from launcher.cli.build_text import BuildText
from launcher.cli.options import files_options, json_option, project_argument, python_option
from launcher.errors import LauncherError


@click.command()
@project_argument
@python_option
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("dist"),
    help="Where artifacts go.",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    help="folder, tar.gz, deb, rpm, AppImage; may be given several times.",
)
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="TARGET",
    help="The system to build for, such as windows-x86_64, or all; may be given several times.",
)
@click.option(
    "--python-for",
    "pythons",
    multiple=True,
    metavar="SYSTEM=PATH",
    help="The Python of another system, a folder or an archive; may be given several times.",
)
@click.option("--name", help="What people read under the icon.")
@click.option("--icon", type=click.Path(path_type=Path), help="An SVG or PNG picture.")
@files_options
@click.option("--clean", is_flag=True, help="Empty the cache first and make everything anew.")
@click.option("--no-verify", is_flag=True, help="Do not start the program to prove it.")
@click.option("--open", "open_it", is_flag=True, help="Open the program afterwards.")
@click.option("--verbose", is_flag=True, help="Show what the tools print.")
@json_option
def build(
    project: str | None,
    python: Path | None,
    output: Path,
    formats: tuple[str, ...],
    targets: tuple[str, ...],
    pythons: tuple[str, ...],
    name: str | None,
    icon: Path | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    clean: bool,
    no_verify: bool,
    open_it: bool,
    verbose: bool,
    as_json: bool,
) -> None:
    """Make a program that people double-click."""
    from launcher.packager import building, plan, platforms
    from launcher.packager.progress import Progress

    _stop_in_order()
    text = BuildText(verbose=verbose)
    emit: Callable[[dict[str, Any]], None] = console.put_json if as_json else text
    options = plan.Options(project, python, name=name, icon=icon, include=include, exclude=exclude)
    request = building.Request(
        options=options,
        output=Path(os.path.abspath(output)),
        formats=formats,
        platforms=platforms.chosen(targets),
        pythons=platforms.pythons(pythons),
        clean=clean,
        verify=not no_verify,
    )
    emit({"event": "start", "project": os.path.abspath(project or "."), "name": name})
    try:
        built = building.build(request, Progress(emit))
    except LauncherError as error:
        if not as_json:
            raise
        console.put_json({"event": "error", **console.error_value(error)})
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        if as_json:  # whoever reads the events is told how they end
            stopped = LauncherError("The build was stopped.", "Nothing of it was left behind.")
            value = {**console.error_value(stopped), "exit_code": console.INTERRUPTED}
            console.put_json({"event": "error", **value})
        raise
    finally:
        text.close()
    emit(
        {
            "event": "done",
            "program": str(built.program),
            "artifacts": [
                {
                    "format": one.format,
                    "platform": tag,
                    "path": str(one.path),
                    "bytes": one.size,
                    "sha256": one.sha256,
                }
                for tag, one in built.artifacts
            ],
            "reports": [str(path) for path in built.reports],
            "handout": str(built.handed_out.page) if built.handed_out else None,
            "sums": [str(path) for path in built.handed_out.beside] if built.handed_out else [],
            "seconds": built.seconds,
        }
    )
    if open_it:
        _open(built.program)


def _open(program: Path) -> None:
    if host.has_display():
        subprocess.Popen(
            [str(program)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    else:
        click.echo("There is no display here; start it where there is one.", err=True)


def _stop_in_order() -> None:
    """Let a polite end unwind like Ctrl-C, so that nothing half-made stays."""

    def interrupt(number: int, frame: Any) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
