"""`launcher handout`: the page for friends and the sums, anew, for whatever programs lie in a folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from launcher.cli import console
from launcher.cli.options import json_option, project_argument
from launcher.errors import BuildError, UsageError

if TYPE_CHECKING:
    from launcher.packager.handout import Release


@click.command()
@project_argument
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("dist"),
    help="The folder that holds the artifacts and their reports.",
)
@click.option("--at", default="", metavar="URL", help="Where the artifacts are to be had, if not beside it.")
@click.option("--plain-names", is_flag=True, help="Give the artifacts names that every host keeps.")
@json_option
def handout(project: str | None, output: Path, at: str, plain_names: bool, as_json: bool) -> None:
    """Write index.html and SHA256SUMS for the artifacts of several builds.

    `launcher build` does it for those that it finds beside its own. This is for artifacts that were brought
    together, signed since, or put elsewhere.
    """
    from launcher.packager import handout as handouts
    from launcher.packager.workplace import work_folder
    from launcher.project.config import read
    from launcher.project.place import place

    if at and not at.startswith(("https://", "http://")):
        raise UsageError(f"--at {at} is no address.", "Write it as https://example.org/quiz/")
    folder, root = Path(os.path.abspath(output)), place(project).root
    config = read(root)
    release = _only(handouts.releases(folder), folder, config.name or config.project_name, config.version)
    if plain_names:
        handouts.plain.rename(folder, release)
    subject = handouts.of_project(release, root, config, at if not at or at.endswith("/") else f"{at}/")
    with work_folder(folder) as work:
        done = handouts.write(subject, folder, work)
    assert done is not None  # there was a release
    value = {
        "page": str(done.page),
        "sums": str(done.sums),
        "signature": str(done.signature) if done.signature else None,
        "files": [
            {"file": one.file, "platform": one.platform.tag, "sha256": one.sha256} for one in done.files
        ],
        "warnings": [asdict(one) for one in done.notices],
    }
    if as_json:
        console.put_json(value)
    else:
        console.put_handout(value)


def _only(found: Sequence[Release], folder: Path, name: str | None, version: str | None) -> Release:
    """Return the one release of a folder, or the one of several that the project says that it is."""
    same = [one for one in found if one.name == name and version in (None, one.version)]
    if len(found) == 1 or len(same) == 1:
        return found[0] if len(found) == 1 else same[0]
    if not found:
        raise BuildError(
            f"In {folder} there is no artifact with its report.",
            "Build one first (launcher build --format ...), or name its folder with --output.",
        )
    listed = ", ".join(f"{one.name} {one.version}" for one in found)
    raise BuildError(f"{folder} holds several programs: {listed}.", "Put each into a folder of its own.")
