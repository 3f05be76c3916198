"""`launcher export`: a folder with all that serves a project, configured for those who will run it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from launcher.cli import console
from launcher.cli.build_text import BuildText
from launcher.cli.options import files_options, json_option, python_option
from launcher.errors import LauncherError


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--project", help="A folder, a file, or module:attribute; else the current folder.")
@python_option
@click.option(
    "--for",
    "targets",
    multiple=True,
    metavar="TARGET",
    help="nginx, apache, systemd, docker, compose, kubernetes; may be given several times.",
)
@click.option("--hosts", multiple=True, metavar="NAMES", help="The names that it answers to.")
@click.option(
    "--server",
    type=click.Choice(("waitress", "gunicorn", "uwsgi")),
    default="waitress",
    show_default=True,
    help="What runs the app.",
)
@click.option("--at", "place", default="", metavar="PATH", help="Where DIR comes to lie; /srv/NAME.")
@click.option(
    "--upstream",
    "upstreams",
    multiple=True,
    metavar="HOST:PORT",
    help="A machine that the proxy asks; several times for several. Without it, a socket on its own.",
)
@click.option(
    "--proxy", "proxies", multiple=True, metavar="ADDRESS", help="The proxy, as those machines see it."
)
@click.option("--group", default="www-data", show_default=True, help="The proxy's group on its machine.")
@click.option("--http-only", is_flag=True, help="Visitors come without https, and that is meant.")
@click.option(
    "--env",
    "environ",
    multiple=True,
    metavar="NAME=VALUE",
    help="What the app finds set while it is looked at; NAME alone takes yours. Nothing of it is written.",
)
@files_options
@json_option
def export(
    directory: Path,
    project: str | None,
    python: Path | None,
    targets: tuple[str, ...],
    hosts: tuple[str, ...],
    server: str,
    place: str,
    upstreams: tuple[str, ...],
    proxies: tuple[str, ...],
    group: str,
    http_only: bool,
    environ: tuple[str, ...],
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write all that serves a project into DIR: its files, its versions, and configuration."""
    from launcher.exporting import export as exporting
    from launcher.exporting import settings
    from launcher.packager import plan
    from launcher.packager.progress import Progress

    text = BuildText()
    emit: Callable[[dict[str, Any]], None] = console.put_json if as_json else text
    request = settings.Request(
        options=plan.Options(project, python, include=include, exclude=exclude),
        output=Path(os.path.abspath(directory)),
        targets=settings.check_targets(targets),
        hosts=settings.check_hosts(hosts),
        server=server,
        place=place and settings.check_place(place),
        upstreams=settings.check_upstreams(upstreams),
        proxies=proxies,
        tls=not http_only,
        group=settings.check_group(group),
        environ=settings.check_environ(environ),
    )
    try:
        done = exporting.export(request, Progress(emit))
    except LauncherError as error:
        if not as_json:
            raise
        console.put_json({"event": "error", **console.error_value(error)})
        sys.exit(error.exit_code)
    finally:
        text.close()
    if as_json:
        console.put_json({"event": "done", **done.to_json()})
    else:
        console.put_export(done.to_json())
