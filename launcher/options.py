"""Arguments and options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., object])

project_argument = click.argument("project", required=False)
python_option = click.option(
    "--python",
    type=click.Path(path_type=Path),
    callback=lambda context, option, value: Path(os.path.abspath(value)) if value else None,
    help="The project's Python, or its environment's folder.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON to standard output.")


def files_options(command: Command) -> Command:
    """Add what decides about files for this once, before what the project's settings say."""
    include = click.option(
        "--include",
        multiple=True,
        metavar="PATTERN",
        help="Files that travel whatever they look like; may be given several times.",
    )
    exclude = click.option(
        "--exclude",
        multiple=True,
        metavar="PATTERN",
        help="Files that stay behind; may be given several times.",
    )
    return include(exclude(command))
