"""What an export must know of a project: it is loaded once, in a copy, and asked about itself."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from launcher.errors import BrokenProject
from launcher.packager import app_layer, site, warnings
from launcher.packager.plan import Plan, layer_of
from launcher.packager.rehearsal import staging
from launcher.packager.rehearsal.facts import Facts
from launcher.packager.rehearsal.gathering import Run, gather
from launcher.packager.rehearsal.scratch import Scratch, changed, listing
from launcher.packager.site import Site
from launcher.packager.warnings import several
from launcher.packager.warnings.notice import Notice
from launcher.packager.warnings.reading import Reading

ENTRY = "launcher.exporting.looking"
LACKS = "For this look at it alone, give it with --env NAME=VALUE: nothing of that is written down."
POSTGRESQL = frozenset(("postgres", "postgresql"))
DRIVERS = frozenset(("psycopg2", "psycopg2-binary", "psycopg", "psycopg-binary", "pg8000", "asyncpg"))
WRITES_ITSELF = ("__pycache__",)


@dataclass(frozen=True, slots=True)
class Static:
    """A folder that a proxy may serve: its addresses, where it lies in app/, how long files are kept."""

    url: str
    folder: str
    age: int = 0


@dataclass(frozen=True, slots=True)
class Project:
    """A project as an export sees it.

    `left` are the addresses of static files that the app serves itself, with the reason. `writes` are the
    folders of app/ that it was seen to write in; `hindrances` what stands against several machines.
    """

    plan: Plan
    layer: app_layer.AppLayer
    site: Site
    statics: tuple[Static, ...]
    left: tuple[tuple[str, str], ...]
    max_body: int
    writes: tuple[str, ...]
    postgresql: bool
    hindrances: tuple[Notice, ...]
    notices: tuple[Notice, ...]


def look(made: Plan, output: Path, environ: tuple[tuple[str, str], ...] = ()) -> Project:
    """Load the project of a plan in a copy and return what an export must know; raises BrokenProject.

    `environ` is what it finds set meanwhile, beside a key that is made up.
    """
    known, facts, folders = _loaded(made, output, (("SECRET_KEY", secrets.token_urlsafe(32)), *environ))
    layer = layer_of(made, facts, output)
    app_layer.refuse_links(layer)
    chosen = site.choose(made, facts.modules, facts.commands)
    told = known.get("export", {})
    travels = frozenset(str(part) for name in layer.files for part in PurePosixPath(name).parents)
    served = tuple(Static(**one) for one in told.get("served", ()))
    asked = made.manifest.server.max_body
    keys = {part.distribution.key for part in chosen.parts}
    reading = Reading(layer.source, layer.files)
    writes = _written(facts, {*folders, *told.get("writes", ())})
    if not writes and several.keeps_files(reading):
        writes = (".",)  # it writes with the first request, and nobody knows where
    return Project(
        plan=made,
        layer=layer,
        site=chosen,
        statics=tuple(one for one in served if one.folder in travels),
        left=tuple((one["url"], one["why"]) for one in told.get("left", ())),
        max_body=min(asked, told.get("max_body") or asked),
        writes=writes,
        postgresql=bool(POSTGRESQL.intersection(told.get("engines", ())) or DRIVERS & keys),
        hindrances=tuple(several.look(reading)),
        notices=warnings.find(made, chosen, layer),
    )


def _loaded(
    made: Plan, output: Path, environ: tuple[tuple[str, str], ...]
) -> tuple[Mapping[str, Any], Facts, frozenset[str]]:
    """Load it; return what it said, what was seen, and which of the things that it made are folders."""
    with tempfile.TemporaryDirectory(prefix="launcher-export-", ignore_cleanup_errors=True) as folder:
        scratch = Path(os.path.realpath(folder))
        copy = scratch / "project" / (made.root.name or "project")
        source = staging.source_of(made)
        staging.lay_copy(made, copy, output)
        run = Scratch(scratch / "run")
        run.make(made.manifest)
        before = listing(copy)
        stage = replace(staging.stage_of(made), entry=ENTRY, environ=environ)
        try:
            with stage.started(run, copy) as (_, port):
                known = json.loads(run.facts.read_text(encoding="utf-8"))
        except BrokenProject as error:
            todo = f"{error.todo} {LACKS}" if "KeyError" in error.message else error.todo
            raise BrokenProject(error.message.replace(str(copy), str(source)), todo) from error
        touched = tuple(changed(before, listing(copy)))
        facts = gather(Run(run, copy, made.interpreter, port, (), touched), known, {})
        folders = frozenset(name for name in facts.written.project if (copy / name).is_dir())
        return known, facts, folders


def _written(facts: Facts, folders: Collection[str]) -> tuple[str, ...]:
    """Return the folders of the project that it writes in, as far as that is known, none below another."""
    files = (PurePosixPath(name) for name in facts.written.project if name not in folders)
    found = {file.parent for file in files if not set(file.parts) & set(WRITES_ITSELF)}
    found |= {PurePosixPath(name) for name in folders if not name.endswith(WRITES_ITSELF)}
    return tuple(sorted(str(one) for one in found if not any(other in found for other in one.parents)))
