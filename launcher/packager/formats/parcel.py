"""What a format is made from, and what it makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from launcher import names
from launcher.packager.audit import Audit
from launcher.packager.plan import Plan
from launcher.packager.platforms import Platform
from launcher.project.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Parcel:
    """A finished bundle, to be handed over.

    `base` is what the names of artifacts begin with, as in `Quiz-1.0-linux-x86_64`; `moment` is the time, in
    seconds since 1970, that everything made here bears.
    """

    bundle: Path
    output: Path
    base: str
    plan: Plan
    moment: int
    audit: Audit


@dataclass(frozen=True, slots=True)
class Artifact:
    """A finished file or folder to hand over."""

    format: str
    path: Path
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Format:
    """A way to hand over: `make` returns the artifact's path, size and digest.

    `check` raises MissingTool where this machine cannot make it; it is called before anything else is.
    `caution` is what whoever asks for it should know: a warning's title, detail and what to do instead.
    """

    make: Callable[[Parcel], tuple[Path, int, str]]
    systems: tuple[str, ...]
    check: Callable[[], object] = lambda: None
    caution: tuple[str, str, str] | None = None


def base_of(manifest: Manifest, platform: Platform) -> str:
    """Return what the names of a program's artifacts begin with."""
    return f"{names.file_name(manifest.name)}-{manifest.version}-{platform.tag}"
