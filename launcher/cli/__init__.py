"""The command line: the only place that prints, and that turns errors into exit codes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from launcher import __version__, host, paths, runtime
from launcher.cli import console
from launcher.cli.options import (
    Passing,
    files_options,
    json_option,
    passed,
    project_argument,
    python_option,
)
from launcher.errors import LauncherError

INTERRUPTED = 130
LACKING = 4
CONTEXT = {"help_option_names": ["-h", "--help"]}


class Commands(click.Group):
    """The commands; what is none of them is a project to run."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Read `launcher PROJECT` and plain `launcher` as `launcher run`."""
        if not args or (args[0] not in self.commands and _is_project(args[0])):
            args = ["run", *args]
        return super().parse_args(context, args)


def _is_project(text: str) -> bool:
    return not text.startswith("-") and (":" in text or Path(text).exists())


@click.group(cls=Commands, context_settings=CONTEXT)
@click.version_option(__version__, prog_name="launcher")
def commands() -> None:
    """Turn a Flask or other WSGI project into a program that people double-click.

    PROJECT is a folder, a file, or a target as Flask writes it: module:attr,
    module:factory(). Without one, the current folder.
    """


@commands.command(cls=Passing)
@project_argument
@python_option
@click.option("--reload", is_flag=True, help="Restart the app when its files change.")
@click.option("--threads", type=click.IntRange(1, 1024), help="Requests answered at the same time.")
@click.option("--port", type=click.IntRange(1, 65535), help="Listen at exactly this port.")
@click.option("--browser", is_flag=True, help="Show the app in a browser.")
def run(project: str | None, python: Path | None, **options: Any) -> None:
    """Show a project in its own window.

    What comes after -- is for the app, which finds it in sys.argv.
    """
    _run(project, python, arguments=passed(), **options)


@commands.command()
def studio() -> None:
    """Open Studio: the same in a window, for people who do not like terminals."""
    _run(str(paths.bundled("app").parent), None)


def _run(project: str | None, python: Path | None, **options: Any) -> None:
    from launcher.packager import plan
    from launcher.packager.source import launch_of

    made = plan.make(plan.Options(project=project, python=python))
    with tempfile.TemporaryDirectory(prefix="launcher-run-") as scratch:
        launch = launch_of(made, Path(scratch), **options)
        code = runtime.run(launch, lambda line: click.echo(line))
    runtime.leave(code)


@commands.command()
@project_argument
@python_option
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("dist"),
    help="Where artifacts go.",
)
@click.option("--format", "formats", multiple=True, help="folder, tar.gz; may be given several times.")
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
    from launcher.packager import building, plan
    from launcher.packager.progress import Progress

    _stop_in_order()
    text = console.BuildText(verbose=verbose)
    emit: Callable[[dict[str, Any]], None] = console.put_json if as_json else text
    options = plan.Options(project, python, name=name, icon=icon, include=include, exclude=exclude)
    request = building.Request(
        options=options,
        output=Path(os.path.abspath(output)),
        formats=formats or ("folder",),
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
            console.put_json({"event": "error", **console.error_value(stopped), "exit_code": INTERRUPTED})
        raise
    finally:
        text.close()
    emit(
        {
            "event": "done",
            "program": str(built.program),
            "artifacts": [
                {"format": one.format, "path": str(one.path), "bytes": one.size, "sha256": one.sha256}
                for one in built.artifacts
            ],
            "reports": [str(path) for path in built.reports],
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


@commands.command()
@project_argument
@python_option
@files_options
@json_option
def check(
    project: str | None,
    python: Path | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    as_json: bool,
) -> None:
    """Say what would be packaged, without running the project."""
    from launcher.packager import checking, plan

    try:
        options = plan.Options(project, python, include=include, exclude=exclude)
        report = checking.check(options, output=Path(os.path.abspath("dist")))
    except LauncherError as error:
        if not as_json:
            raise
        console.put_json({"error": console.error_value(error)})
        sys.exit(error.exit_code)
    if as_json:
        console.put_json(report)
    else:
        console.put_check(report)


@commands.command()
@click.option("--fix", is_flag=True, help="Install what is missing, or print the command that does.")
@json_option
def doctor(fix: bool, as_json: bool) -> None:
    """Say what this machine has and lacks, and how to mend it."""
    from launcher.doctor import examine, lacking, mend

    findings = examine()
    if fix:
        findings = mend(findings, say=lambda line: click.echo(line, err=as_json))
    if as_json:
        console.put_json([asdict(finding) for finding in findings])
    else:
        console.put_findings(findings)
    if lacking(findings):
        sys.exit(LACKING)


def main() -> None:
    """Run the command line."""
    try:
        commands.main(standalone_mode=False)
    except LauncherError as error:
        console.put_error(error)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped.", err=True)
        sys.exit(INTERRUPTED)
