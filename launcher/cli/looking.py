"""`launcher check` and `launcher doctor`: what is said without building anything."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path

import click

from launcher.cli import console
from launcher.cli.options import files_options, json_option, project_argument, python_option
from launcher.errors import LauncherError

LACKING = 4


@click.command()
@project_argument
@python_option
@click.option("--format", "formats", multiple=True, help="What it is to be handed over as, as for build.")
@files_options
@json_option
def check(
    project: str | None,
    python: Path | None,
    formats: tuple[str, ...],
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    as_json: bool,
) -> None:
    """Say what would be packaged, without running the project."""
    from launcher.packager import checking, plan

    try:
        options = plan.Options(project, python, include=include, exclude=exclude)
        report = checking.check(options, output=Path(os.path.abspath("dist")), formats=formats)
    except LauncherError as error:
        if not as_json:
            raise
        console.put_json({"error": console.error_value(error)})
        sys.exit(error.exit_code)
    if as_json:
        console.put_json(report)
    else:
        console.put_check(report)


@click.command()
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
