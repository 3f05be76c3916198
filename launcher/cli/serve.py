"""`launcher serve`: a project as a server for many, from source."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import waitress

from launcher import host, paths
from launcher.cli.options import project_argument, python_option
from launcher.hosting import order as orders
from launcher.hosting import refusing
from launcher.hosting.order import Hosting


def _listed(context: click.Context, option: click.Parameter, value: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (value or "").split(",") if word.strip())


@click.command()
@project_argument
@python_option
@click.option("--server", type=click.Choice(orders.SERVERS), default="waitress", help="Who answers.")
@click.option("--bind", default="127.0.0.1:8000", help="127.0.0.1:8000, [::1]:8000 or unix:/path.")
@click.option("--hosts", callback=_listed, help="The app's names, with commas between them.")
@click.option("--workers", type=click.IntRange(1, orders.MOST_WORKERS), help="Processes that answer.")
@click.option("--threads", type=click.IntRange(1, orders.MOST_THREADS), help="Threads in each of them.")
@click.option("--behind", type=click.Choice(orders.PROXIES), help="The proxy in front, which speaks https.")
@click.option("--proxy", callback=_listed, help="The proxy's addresses, where it is on another machine.")
@click.option("--protocol", type=click.Choice(orders.PROTOCOLS), help="What the proxy speaks with uWSGI.")
@click.option("--secret-key-file", type=click.Path(path_type=Path), help="A file that holds the SECRET_KEY.")
@click.option("--trust-origin", "trust_origins", multiple=True, help="A site that may send forms here.")
@click.option("--max-body", type=click.IntRange(1), help="Bytes of the largest upload.")
@click.option("--health", help="The path at which the server says that it lives; /healthz.")
@click.option("--no-access-log", is_flag=True, help="Do not write a line for every request.")
@click.option("--plain-http", is_flag=True, help="Visitors come without https, and that is meant.")
@click.option("--as-root", is_flag=True, help="It runs as the superuser, and that is meant.")
@click.option("--sqlite-with-workers", is_flag=True, help="Several processes share SQLite; it is meant.")
@click.option("--check", "only_check", is_flag=True, help="Only say whether it would be served.")
def serve(project: str | None, python: Path | None, only_check: bool, **options: Any) -> None:
    """Serve a project to many, by its names.

    The access log goes to standard output, everything else to standard error.
    """
    from launcher.packager import plan
    from launcher.packager.plan import Plan

    # Before the project is looked for: what is wrong with the order is wrong with every project.
    refusing.refuse_any(_order("launcher.json", ".", options))
    made: Plan = plan.make(plan.Options(project=project, python=python))
    folder = _folder(made.manifest.to_json(), str(made.root), options)
    made.manifest.save(folder / "launcher.json")
    assert waitress.__file__ is not None
    path = folder / orders.FILE_NAME
    _order(
        str(folder / "launcher.json"),
        str(made.root),
        options,
        waitress=str(Path(waitress.__file__).parent),
        kept_keys=str(paths.app_folders(made.manifest.identifier).private),
    ).save(path)
    command = [str(made.interpreter.path), str(paths.PACKAGE / "start_hosting.py"), str(path)]
    _become([*command, "--check"] if only_check else command)


def _order(manifest: str, root: str, options: dict[str, Any], **more: str) -> Hosting:
    """Make the order that the command line asks for; what it does not say is left as it is."""
    given = {name: value for name, value in options.items() if value not in (None, (), False)}
    given["access_log"] = not given.pop("no_access_log", False)
    if "secret_key_file" in given:
        given["secret_key_file"] = str(given["secret_key_file"])
    made = orders.checked({"manifest": manifest, "root": root, **given, **more})
    return orders.absolute(made, Path.cwd())


def _folder(*parts: object) -> Path:
    """Return a folder for the files of this very order: they are read again at every reload."""
    key = hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
    folder = paths.cache_folder() / "serve" / key
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _become(command: list[str]) -> None:
    """Let the server take our place, so that signals reach it; where there is no such thing, wait for it."""
    sys.stdout.flush()
    sys.stderr.flush()
    if host.WINDOWS:
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)
