"""What may not work on a friend's machine, found by reading files; one file a kind.

`find` looks at what travels, and at the facts of a rehearsal; it runs nothing.
What accompanies the app (tests, examples) is not looked at.
"""

from __future__ import annotations

from pathlib import Path

from launcher.packager import site
from launcher.packager.app_layer import AppLayer
from launcher.packager.plan import Plan
from launcher.packager.player import frozen_player
from launcher.packager.rehearsal.facts import Facts
from launcher.packager.site import Site
from launcher.packager.warnings import (
    addresses,
    debugging,
    elsewhere,
    files,
    imports,
    libraries,
    places,
    private,
    programs,
    rehearsal,
    requirements,
    secret,
    servers,
)
from launcher.packager.warnings.notice import Notice
from launcher.packager.warnings.reading import Reading

__all__ = ["Notice", "find"]


def find(
    made: Plan, chosen: Site, layer: AppLayer, facts: Facts | None = None
) -> tuple[Notice, ...]:
    """Return the warnings about a project, and about what its rehearsal saw where there was one."""
    reading = Reading(layer.source, layer.files)
    commands = site.commands_of(chosen)
    read = (
        *requirements.look(made, chosen, rehearsed=facts is not None),
        *libraries.look(chosen, _player_of(made), made.platform),
        *imports.look(reading),
        *servers.look(reading),
        *programs.look(reading, commands),
        *addresses.look(reading),
        *places.look(reading, made.root),
        *secret.look(reading),
        *debugging.look(reading, made.root),
        *private.look(layer, made.config.files, facts.read if facts is not None else ()),
        *files.look(layer),
    )
    if facts is None:
        return read
    seen = rehearsal.look(facts, layer, read, commands=commands)
    return (*read, *seen, *elsewhere.look(facts, made.platform))


def _player_of(made: Plan) -> Path | None:
    """Return this machine's player, if it was frozen before; another platform's tells nothing of it."""
    return frozen_player(made.interpreter, made.webview.kind) if made.platform.is_here else None
