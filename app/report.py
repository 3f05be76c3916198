"""What `launcher check` found, read tolerantly: a newer launcher may say more or less."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no report, and what to do next."""

    message: str
    todo: str = ""
    candidates: tuple[str, ...] = ()
    detail: str = ""  # what the launcher said, word for word
    missing: bool = False  # the launcher itself is missing


@dataclass(frozen=True, slots=True)
class Report:
    """What would be packaged."""

    name: str
    version: str
    icon: str | None
    target: Row
    python: Row
    webview: Row
    distributions: tuple[Row, ...]
    files: Row
    largest: tuple[Row, ...]
    left_behind: tuple[Row, ...]
    warnings: tuple[Row, ...]
    trust: Row

    @property
    def trust_points(self) -> tuple[Row, ...]:
        """What makes scanners and systems suspicious, what weighs most first."""
        return rows(self.trust.get("points"))

    @property
    def distributions_bytes(self) -> int:
        """The size of all distributions together."""
        return sum(number(row.get("bytes")) for row in self.distributions)

    @property
    def largest_distribution(self) -> int:
        """The size of the largest distribution, to draw the others against."""
        return max((number(row.get("bytes")) for row in self.distributions), default=0)


def number(value: object) -> int:
    """Read a count; 0 where it is none."""
    return int(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else 0


def text(value: object) -> str:
    """Read a text; empty where it is none."""
    return value if isinstance(value, str) else ""


def row(value: object) -> Row:
    """Read an object; empty where it is none."""
    return value if isinstance(value, dict) else {}


def rows(value: object) -> tuple[Row, ...]:
    """Read a list of objects, leaving out what is none."""
    return tuple(one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()


def read_report(answer: Row) -> Report | Problem:
    """Read the launcher's answer to `check --json`."""
    error = answer.get("error")
    if error is not None:
        said = row(error)
        listed = said.get("candidates")
        candidates = listed if isinstance(listed, list) else []
        return Problem(
            message=text(said.get("message")) or "The launcher could not read this project.",
            todo=text(said.get("todo")),
            candidates=tuple(spec for spec in candidates if isinstance(spec, str)),
        )
    files = row(answer.get("files"))
    found = rows(answer.get("distributions"))
    return Report(
        name=text(answer.get("name")),
        version=text(answer.get("version")),
        icon=text(answer.get("icon")) or None,
        target=row(answer.get("target")),
        python=row(answer.get("python")),
        webview=row(answer.get("webview")),
        distributions=tuple(sorted(found, key=lambda one: -number(one.get("bytes")))),
        files=files,
        largest=rows(files.get("largest")),
        left_behind=rows(answer.get("left_behind")),
        warnings=rows(answer.get("warnings")),
        trust=row(answer.get("trust")),
    )
