"""What commands take: arguments and options that several share, and words that are passed on to the app."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from launcher import documents

KEPT = "launcher.arguments"  # in Click's context
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


class Passing(click.Command):
    """A command whose words after -- are the app's."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Put the app's arguments aside first: where no project is named they would be taken for one."""
        own = args[: args.index("--")] if "--" in args else args
        context.meta[KEPT] = documents.arguments_of(args[len(own) + 1 :])
        return super().parse_args(context, own)


def passed() -> tuple[str, ...]:
    """Return the app's arguments, in the command that is running."""
    arguments: tuple[str, ...] = click.get_current_context().meta[KEPT]
    return arguments
