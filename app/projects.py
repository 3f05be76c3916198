"""The projects that were opened here, kept in one JSON file."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

KEPT_PROJECTS = 30


@dataclass(frozen=True, slots=True)
class Project:
    """A folder that was opened."""

    key: str
    path: str
    name: str
    opened: float
    target: str = ""  # chosen here, where the project holds several apps
    program: str = ""  # the last build, where it starts on this machine
    page: str = ""  # that friends are sent with it
    built: float = 0.0

    @property
    def folder(self) -> Path:
        """The project's folder."""
        return Path(self.path)

    @property
    def output(self) -> Path:
        """Where builds go."""
        return self.folder / "dist"

    def choice(self) -> dict[str, str]:
        """Return the environment by which the launcher learns which app was chosen."""
        return {"FLASK_APP": self.target} if self.target else {}


class Projects:
    """The opened projects, the latest first."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()

    def all(self) -> list[Project]:
        """Return every project, the latest first."""
        with self._lock:
            return self._read()

    def find(self, key: str) -> Project | None:
        """Return the project that `key` names."""
        return next((project for project in self.all() if project.key == key), None)

    def open(self, folder: Path) -> Project:
        """Put `folder` first among the projects."""
        path = str(folder)
        key = hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        with self._lock:
            projects = self._read()
            known = next((project for project in projects if project.key == key), None)
            fresh = Project(key=key, path=path, name=folder.name or path, opened=time.time())
            project = replace(known, opened=time.time()) if known else fresh
            others = [other for other in projects if other.key != key]
            self._write([project, *others][:KEPT_PROJECTS])
        return project

    def rename(self, key: str, name: str) -> None:
        """Keep the name by which the launcher calls the project."""
        self._change(key, name=name)

    def choose(self, key: str, target: str) -> None:
        """Keep which of several apps was chosen; an empty text forgets the choice."""
        self._change(key, target=target)

    def built(self, key: str, program: str, page: str = "") -> None:
        """Keep where the last build lies."""
        self._change(key, program=program, page=page, built=time.time())

    def forget(self, key: str) -> None:
        """Drop a project from the list. Its folder is left alone."""
        with self._lock:
            self._write([project for project in self._read() if project.key != key])

    def _change(self, key: str, **values: Any) -> None:
        with self._lock:
            before = self._read()
            after = [replace(p, **values) if p.key == key else p for p in before]
            if after != before:
                self._write(after)

    def _read(self) -> list[Project]:
        try:
            kept = json.loads(self._file.read_text("utf-8"))["projects"]
            return [project for entry in kept if (project := _project(entry))]
        except FileNotFoundError:
            return []
        except (ValueError, KeyError, TypeError, RecursionError):
            # Set aside, not thrown away: it may hold what somebody wants back.
            with contextlib.suppress(OSError):
                self._file.replace(self._file.with_suffix(".unreadable"))
            return []

    def _write(self, projects: list[Project]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"projects": [asdict(project) for project in projects]}, indent=2)
        handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=self._file.name)
        beside = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(text)
            beside.replace(self._file)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise


def _project(entry: object) -> Project | None:
    """Read one entry; None where it is damaged."""
    if not isinstance(entry, dict):
        return None
    numbers = ("opened", "built")
    values: dict[str, Any] = {}
    for field in fields(Project):
        value = entry.get(field.name, field.default)
        if not isinstance(value, (int, float) if field.name in numbers else str):
            return None
        values[field.name] = value
    return Project(**values)
