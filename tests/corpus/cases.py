"""The corpus as values: which applications, and what a visitor does with each."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Visit:
    """One thing that a visitor does, and what he must see."""

    path: str
    shows: str
    status: int = 200
    form: dict[str, str] | None = None
    json: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    token: bool = False
    later: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """An application of the corpus."""

    name: str
    about: str
    requirements: tuple[str, ...]
    target: str
    visits: tuple[Visit, ...]
    outside: tuple[Path, ...] = ()

    @property
    def folder(self) -> Path | None:
        """Return the few lines of project that it needs, or None."""
        folder = HERE / "projects" / self.name
        return folder if folder.is_dir() else None


def read() -> dict[str, Case]:
    """Read the corpus, by name."""
    with (HERE / "corpus.toml").open("rb") as file:
        known = tomllib.load(file)
    return {one["name"]: _case(one) for one in known["app"]}


def _case(values: dict[str, Any]) -> Case:
    return Case(
        name=values["name"],
        about=values["about"],
        requirements=tuple(values["requirements"]),
        target=values["target"],
        visits=tuple(Visit(**visit) for visit in values["visit"]),
        outside=tuple(Path(path) for path in values.get("outside", ())),
    )
