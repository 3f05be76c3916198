"""The command line: the only place that prints, and that turns errors into exit codes."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from launcher import __version__
from launcher.cli import building, ci, console, export, handout, looking, running, serve, share
from launcher.errors import LauncherError

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


COMMANDS = (
    running.run,
    running.studio,
    share.share,
    serve.serve,
    export.export,
    building.build,
    handout.handout,
    ci.ci,
    looking.check,
    looking.doctor,
)
for command in COMMANDS:
    commands.add_command(command)


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
        sys.exit(console.INTERRUPTED)
