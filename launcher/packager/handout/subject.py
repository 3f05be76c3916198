"""What the page for friends says of a program beside its files: who made it, and its picture."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from launcher.packager import icon, plan
from launcher.packager.handout.offers import Release
from launcher.packager.plan import Plan
from launcher.project.config import Config

SIDE = 192  # pixels of the picture: twice as many as it is shown with


@dataclass(frozen=True, slots=True)
class Subject:
    """A program as its page presents it; `key` signs the sums, `at` is where the files are to be had."""

    release: Release
    publisher: str
    summary: str
    homepage: str
    picture: bytes
    key: str | None = None
    at: str = ""

    @property
    def name(self) -> str:
        return self.release.name


def of_plan(made: Plan) -> Subject:
    """Return what a plan says."""
    manifest = made.manifest
    release = Release(manifest.name, manifest.version)
    return of_config(release, made.config, made.icon, manifest.publisher)


def of_config(
    release: Release, config: Config, picture: Path | None, publisher: str, at: str = ""
) -> Subject:
    """Return what a project's settings say of one of its releases."""
    homepage = config.project_homepage or ""
    return Subject(
        release=release,
        publisher=publisher,
        summary=" ".join((config.project_summary or "").split()),
        homepage=homepage if homepage.startswith(("https://", "http://")) else "",
        picture=_drawn(picture, release.name),
        key=config.sign_sums.key,
        at=at,
    )


def of_project(release: Release, root: Path, config: Config, at: str = "") -> Subject:
    """Return what a project's folder says of a release that was built from it."""
    picture = plan.icon_of(root, plan.Options(), config)
    return of_config(release, config, picture, config.publisher or "", at)


def _drawn(picture: Path | None, name: str) -> bytes:
    drawn = io.BytesIO()
    icon.of(picture, name).resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(drawn, "PNG", optimize=True)
    return drawn.getvalue()
