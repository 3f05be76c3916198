"""Distributions that are imported and not declared, declared without a version, or not installed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from launcher.packager.plan import Plan
from launcher.packager.site import Site
from launcher.packager.warnings.notice import Notice
from launcher.project import environment
from launcher.project.environment import Declared

LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml", "requirements.lock")
NAMED = 6  # distributions in one sentence
_PINNED = re.compile(r"===?\s*[^*\s,;]+\s*(?:;|$)|@\s*\S|://|\.whl\b")


def look(made: Plan, chosen: Site, *, rehearsed: bool) -> Iterator[Notice]:
    """Look at what is asked for, what is imported and what is there."""
    without = "; the rehearsal did not need it." if rehearsed else "."
    for one in chosen.missing:
        yield Notice(
            f"{one.module} is not installed",
            f"{one.file}, line {one.line} imports it{without}",
            "Install it in the project's environment if the app needs it.",
        )
    for distribution, one in chosen.undeclared:
        yield Notice(
            f"{distribution.name} is not declared",
            f"{one.file}, line {one.line} imports it; it travels because it is installed here.",
            "Add it to the project's requirements.",
        )
    if made.distribution is None and not any((made.root / name).is_file() for name in LOCKS):
        yield from _unpinned(made, chosen)


def _unpinned(made: Plan, chosen: Site) -> Iterator[Notice]:
    declared = environment.requirements(made.root, markers=made.interpreter.markers)
    loose = [one for one in declared if not _PINNED.search(one.text)]
    if not loose:
        return
    versions = {part.distribution.key: part.distribution.version for part in chosen.parts}
    here = [f"{one.name} {versions[one.name]}" for one in loose if one.name in versions]
    has = f" Here and in the program: {_some(here)}." if here else ""
    yield Notice(
        "Versions are not pinned",
        f"{_places(loose)} {'ask' if len(loose) > 1 else 'asks'} for no exact version of "
        f"{_some([one.name for one in loose])}; a build elsewhere may take another.{has}",
        "Write them down, for example with: pip freeze > requirements.txt",
    )


def _places(loose: list[Declared]) -> str:
    files: dict[str, list[int]] = {}
    for one in loose:
        files.setdefault(one.file, []).extend([one.line] if one.line else [])
    return " and ".join(
        f"{file}, line {', '.join(map(str, lines[:NAMED]))}" if lines else file
        for file, lines in files.items()
    )


def _some(names: list[str]) -> str:
    rest = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + rest
