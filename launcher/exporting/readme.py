"""The README of an export: the steps in their order, what was checked, what to mind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from launcher.exporting import recipes, values
from launcher.exporting.checks import Checked
from launcher.exporting.pinning import Pins
from launcher.exporting.project import Project
from launcher.exporting.settings import MACHINE, Request
from launcher.packager.warnings.notice import Notice

WHAT = {
    "nginx/{slug}.conf": ("nginx", "the site, for nginx"),
    "apache/{slug}.conf": ("apache", "the site, for Apache"),
    "systemd/{slug}.service": ("systemd", "the service"),
    "Dockerfile": ("docker", "the image"),
    "compose.yaml": ("compose", "the app, nginx and what else it needs, in containers"),
    "kubernetes": ("kubernetes", "the manifests"),
}


def of(request: Request, found: Project, pins: Pins, checked: Iterable[Checked]) -> str:
    """Write the README."""
    common, targets = values.common(request, found, pins), request.targets
    known: dict[str, Any] = {
        **common,
        **{f"has_{target}": target in targets for target in ("nginx", "apache", "systemd", "compose")},
        **{f"has_{target}": target in targets for target in ("docker", "kubernetes")},
        "machine": bool(set(targets) & set(MACHINE)),
        "several": len(request.upstreams) > 1,
        "several_pods": "kubernetes" in targets,
        "one_pod": bool(found.writes),
        "image": f"{common['slug']}:{common['tag']}",
        "checked": tuple(checked),
        "notices": tuple(notices(found, pins)),
        "hindrances": found.hindrances,
        "served": found.statics,
        "left": [{"url": url, "why": why} for url, why in found.left],
        "written": [f"{request.place}/app" + ("" if one == "." else f"/{one}") for one in found.writes],
        "files": [
            {"name": name.format(slug=common["slug"]), "what": what}
            for name, (target, what) in WHAT.items()
            if target in targets
        ],
    }
    return recipes.render("README.md", known)


def notices(found: Project, pins: Pins) -> Iterator[Notice]:
    """Yield what whoever serves the project must know before."""
    if pins.loose:
        yield Notice(
            "Not everything can be installed from an index",
            f"These were installed from a folder of the machine that exported: {', '.join(pins.loose)}.",
            "Publish them, or put their code into the project.",
        )
    if "." in found.writes:
        yield Notice(
            "The app writes beside its code",
            "In a container that is gone with the container; on a machine the next export does not have it.",
            "Let it write into a folder of its own, such as app.instance_path, which is kept.",
        )
    if found.postgresql:
        yield Notice(
            "The app talks to PostgreSQL",
            "The address of the database is no part of this folder.",
            "Hand it over as DATABASE_URL, or as the variable that the app reads.",
        )
    if any(pins.build):
        yield Notice(
            "Some distributions may have to be compiled",
            f"Where there is no wheel of them, packages of Debian are needed: {' '.join(pins.build)}.",
            "The Dockerfile installs them; on a machine install them first.",
        )
