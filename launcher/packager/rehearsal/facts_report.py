"""What the app did while it was rehearsed, as a part of the build report."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from launcher.packager.rehearsal.facts import Facts, Sorted

HEADING = "What the app did while it was rehearsed"
MOST_FILES = 100  # of one kind in the report
SHOWN = 8  # of one kind on a line for people
UNSEEN = (
    "Not seen: what needs an argument, a login or another method than GET; what started programs do; and "
    "files outside of the project that libraries open by themselves."
)
WORDS = {
    "project": "in the project",
    "environment": "in its environment",
    "home": "in the home",
    "temporary": "in the temporary folder",
    "elsewhere": "elsewhere",
}


def to_value(facts: Facts) -> dict[str, Any]:
    """Return the facts as they stand in JSON; long lists are cut, and say how long they are."""
    return {
        "app": facts.kind,
        "served_by": facts.served_by,
        "distributions": list(facts.distributions),
        "read": _files(facts, facts.seen),
        "written": _files(facts, facts.written),
        "refused": [_short(path) for path in facts.refused],
        "relative": sorted(facts.relative)[:MOST_FILES],
        "programs": [
            {
                **asdict(one),
                "name": _short(one.name),
                "path": _short(one.path) if one.origin == "machine" else "",
            }
            for one in facts.programs
        ],
        "hosts": [asdict(one) for one in facts.hosts],
        "listeners": [asdict(one) for one in facts.listeners],
        "pages": list(facts.pages),
        "terminal": list(facts.terminal),
        "forks": list(facts.forks),
        "unseen": UNSEEN,
    }


def lines_of(value: Mapping[str, Any]) -> Iterator[str]:
    """Write them for people, line by line."""
    how = f", recorded from {value['served_by']}" if value["served_by"] else ""
    yield f"  The app is a {value['app']}{how}."
    if value["distributions"]:
        yield f"  It imported from {_some(value['distributions'])}."
    yield from _lines_of_files("It read", value["read"], ("home", "elsewhere"))
    yield from _lines_of_files("It wrote", value["written"], tuple(WORDS))
    for path in value["refused"]:
        yield f"  It was not let write to {path}."
    for one in value["programs"]:
        yield f"  It started {one['name']}, {_whose(one)}{_by(one)}."
    for one in value["hosts"]:
        port = f", port {one['port']}" if one["port"] else ""
        host = "another server on this machine" if one["here"] else one["host"]
        yield f"  It called {host}{port}{_by(one)}."
    for one in value["listeners"]:
        yield f"  It listened on {one['address']}, port {one['port']}{_by(one)}."
    for url in value["pages"]:
        yield f"  It wanted to open {url} in a browser."
    if value["terminal"]:
        yield f"  It asked for input in a terminal ({_some(value['terminal'])})."
    for by in value["forks"]:
        yield f"  It forked{f' ({by})' if by else ''}."
    yield f"  {value['unseen']}"


def _files(facts: Facts, files: Sorted) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind in (one.name for one in fields(Sorted)):
        names: tuple[str, ...] = getattr(files, kind)
        # An environment is named by its distributions; its paths are of this machine alone.
        shown = names if kind != "environment" else ()
        found[kind] = {
            "count": len(names),
            "files": [
                {"path": _short(name), "by": facts.by.get((kind, name), "")} for name in shown[:MOST_FILES]
            ],
        }
    return found


def _lines_of_files(what: str, files: Mapping[str, Any], kinds: Sequence[str]) -> Iterator[str]:
    for kind, words in WORDS.items():
        count, several = files[kind]["count"], files[kind]["files"]
        if not count:
            continue
        number = f"{count} file{'s' if count != 1 else ''}"
        if kind not in kinds or not several:
            yield f"  {what} {number} {words}."
            continue
        rest = f" and {count - SHOWN} more" if count > SHOWN else ""
        yield f"  {what} {words}: {'; '.join(one['path'] + _by(one) for one in several[:SHOWN])}{rest}."


def _whose(one: Mapping[str, Any]) -> str:
    return {
        "project": "which travels with the project",
        "environment": "which belongs to the environment",
        "machine": f"which belongs to this machine: {one['path']}",
        "nowhere": "which was not found",
    }[str(one["origin"])]


def _short(path: str) -> str:
    """Leave out whose home it is: a report may be sent to others."""
    home = str(Path.home())
    return f"~{path[len(home) :]}" if path.startswith(os.path.join(home, "")) else path


def _by(one: Mapping[str, Any]) -> str:
    return f" ({one['by']})" if one["by"] else ""


def _some(names: Sequence[str]) -> str:
    rest = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + rest
