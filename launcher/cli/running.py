"""`launcher run` and `launcher studio`: a project in its window, from source."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import click

from launcher import paths, runtime
from launcher.cli.options import Passing, passed, project_argument, python_option


@click.command(cls=Passing)
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


@click.command()
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
