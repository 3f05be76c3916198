"""What of the launcher travels with an export: the modules that serving imports, and no other."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path

from launcher import paths

STARTS = ("start_hosting",)
ROOMS = ("hosting",)  # whole: a server of its own finds its entry there by name


def modules() -> tuple[str, ...]:
    """Return the modules of ours that an export needs, as paths below the package."""
    found: dict[str, None] = {}
    rooms = (file for room in ROOMS for file in sorted((paths.PACKAGE / room).rglob("*.py")))
    waiting = [*(paths.PACKAGE / f"{name}.py" for name in STARTS), *rooms]
    while waiting:
        file = waiting.pop()
        name = file.relative_to(paths.PACKAGE).as_posix()
        if name not in found and file.is_file():
            found[name] = None
            above = (folder for folder in file.parents if folder.is_relative_to(paths.PACKAGE))
            waiting += [folder / "__init__.py" for folder in above]
            waiting += _imported(file)
    return tuple(sorted(found))


def carry(place: Path) -> None:
    """Copy them below `place`, as a package that is found there."""
    for name in modules():
        target = place / "launcher" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(paths.PACKAGE / name, target)


def _imported(file: Path) -> Iterator[Path]:
    """Yield the files of ours that one imports, inside functions too."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names = [node.value.partition(":")[0]]  # an entry that a server is told by name
        for name in names:
            if name.startswith("launcher.") and name.replace(".", "").replace("_", "").isalnum():
                path = paths.PACKAGE.joinpath(*name.split(".")[1:])
                yield from (one for one in (path.with_suffix(".py"), path / "__init__.py") if one.is_file())
