"""`launcher ci`: what builds a project's programs on machines of others."""

from __future__ import annotations

import os
from pathlib import Path

import click

from launcher.cli import console
from launcher.cli.options import json_option, project_argument, python_option


@click.group()
def ci() -> None:
    """Write what builds the programs of all systems, each on its own."""


@ci.command()
@project_argument
@click.argument("directory", metavar="[DIR]", required=False, type=click.Path(path_type=Path, exists=True))
@python_option
@json_option
def github(project: str | None, directory: Path | None, python: Path | None, as_json: bool) -> None:
    """Write a workflow for GitHub: it builds, proves and attaches the programs of all systems.

    It goes into .github/workflows of DIR; without one, of the repository that PROJECT is in.
    """
    from launcher.exporting import github as workflows
    from launcher.packager import plan

    options = plan.Options(project, python)
    written = workflows.write(options, Path(os.path.abspath(directory)) if directory else None)
    if as_json:
        console.put_json({"workflow": str(written.place), "secrets": list(written.secrets)})
        return
    click.echo(f"Written: {written.place}")
    click.echo("Commit it. A tag such as v1.0 makes a release of all systems' programs.")
    for name in written.secrets:
        click.echo(f"    It reads the secret {name}, which the repository must have.")
