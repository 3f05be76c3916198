"""What a build says of what it found and laid."""

from __future__ import annotations

import os
from pathlib import Path

from launcher.packager import plan, site
from launcher.packager.progress import Progress
from launcher.project import bundles


def say_what_was_found(made: plan.Plan, progress: Progress) -> None:
    """Say which app, name, Python, window and icon it is, and why."""
    version = ".".join(str(part) for part in made.interpreter.version)
    progress.fact("App", f"{made.manifest.target.spec}: {made.manifest.target.why}")
    progress.fact(
        "Name", f"{made.manifest.name} {made.manifest.version} ({made.manifest.identifier})"
    )
    progress.fact("Python", f"{version} at {made.interpreter.path}: {made.interpreter.why}")
    progress.fact("Window", f"{made.webview.kind}: {made.webview.why}")
    progress.fact(
        "Icon",
        str(made.icon) if made.icon else "two letters of the name; the project has no picture",
    )


def say_that_it_runs(progress: Progress) -> None:
    """Say that the project's code is about to run: whoever builds a stranger's project should know it."""
    progress.fact(
        "Runs",
        "from here on the project's code runs, as you and with your rights, in a copy of it; "
        "`launcher check` runs none of it",
    )


def say_sizes(fresh: Path, chosen: site.Site, progress: Progress) -> dict[str, int]:
    """Say how large each layer is, and return it."""
    layers = bundles.layers_in(fresh)
    site_size, app_size = size_of(layers / "site"), size_of(layers / "app")
    player_size = size_of(fresh) - site_size - app_size
    progress.size("player", player_size, [])
    parts = [
        {"name": part.distribution.name, "version": part.distribution.version, "bytes": part.size}
        for part in sorted(chosen.parts, key=lambda part: -part.size)
    ]
    progress.size("site", site_size, parts)
    progress.size("app", app_size, [])
    return {"player": player_size, "site": site_size, "app": app_size}


def size_of(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    return sum(
        (Path(place) / name).lstat().st_size
        for place, _, files in os.walk(folder)
        for name in files
    )
