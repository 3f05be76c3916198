"""Walk a project's own Python files, and nothing that only lies in its folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from launcher.project import bundles

MOST_FILES = 20_000
MOST_FOLDERS = 20_000
DEEPEST = 40

_SKIPPED = frozenset(
    ["node_modules", "bower_components", "__pycache__", "__pypackages__", "site-packages"]
)
_ASIDE = frozenset(
    (
        *("test", "tests", "testing", "example", "examples", "demo", "demos", "sample", "samples"),
        *("doc", "docs", "benchmark", "benchmarks", "migrations", "alembic", "fixtures"),
    )
)
_ASIDE_FILE = re.compile(r"(test_.*|.*_test|tests?|conftest|setup|noxfile|fabfile)\.pyw?")
_OUTPUT = frozenset(["build", "dist", "target", "out"])


def python_files(project: Path) -> Iterator[tuple[Path, str]]:
    """Yield each Python file and its POSIX path in the project, shallow ones first."""
    waiting = [(project, "", 0)]
    files = folders = 0
    while waiting and files < MOST_FILES and folders < MOST_FOLDERS:
        folder, start, depth = waiting.pop(0)
        folders += 1
        for entry in _entries(folder):
            if entry.is_dir(follow_symlinks=False):
                if depth < DEEPEST and _is_own(entry):
                    waiting.append((Path(entry.path), f"{start}{entry.name}/", depth + 1))
            elif entry.name.endswith((".py", ".pyw")) and _is_plain(entry, project):
                files += 1
                yield Path(entry.path), f"{start}{entry.name}"


def is_aside(file: str) -> bool:
    """Tell whether a file only accompanies the app: tests, examples, documentation, setup."""
    path = PurePosixPath(file)
    return bool(_ASIDE_FILE.fullmatch(path.name)) or not _ASIDE.isdisjoint(path.parts[:-1])


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []  # a folder that we may not read holds no app that we may run


def _is_own(entry: os.DirEntry[str]) -> bool:
    name = entry.name
    if name.startswith(".") or name in _SKIPPED or name.endswith((".egg-info", ".dist-info")):
        return False
    inside = Path(entry.path)
    if name in _OUTPUT:
        # A package may be called build; the output of a build is no package.
        return (inside / "__init__.py").is_file()
    if (inside / "pyvenv.cfg").exists() or (inside / "conda-meta").is_dir():
        return False
    return not bundles.is_made(inside)


def _is_plain(entry: os.DirEntry[str], project: Path) -> bool:
    try:
        if not entry.is_file():
            return False  # a pipe of this name would never end
        if entry.is_symlink():
            return project.resolve() in Path(entry.path).resolve().parents
    except OSError:
        return False
    return True
