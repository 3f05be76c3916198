"""Arguments that a command passes on to the app: all that comes after --."""

from __future__ import annotations

import click

from launcher import documents

KEPT = "launcher.arguments"  # in Click's context


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
