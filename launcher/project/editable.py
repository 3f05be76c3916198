"""What an editable installation adds to what can be imported, read from what its installer wrote."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from launcher.project.tree import is_aside

CODE = (".py", ".so", ".pyd")
NOT_CODE = frozenset(("build", "dist", "node_modules", "__pycache__", "site-packages", "venv"))
PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
DEEPEST = 4  # folders, in search of code


class UnreadableHook(ValueError):
    """An editable installation works by code of its own, which says nowhere what it adds."""


def exposed(root: Path, files: Iterable[str], source: Path) -> Mapping[str, Path]:
    """Return each top-level name that an editable installation adds, and the file or folder behind it.

    `root` is the site folder, `files` what the distribution has there, `source` the
    folder that was installed. Raises UnreadableHook.
    """
    names = tuple(files)
    hooks = [name for name in names if name.endswith(".pth")]
    if not hooks:  # as setup.py develop did it, or by a link
        return {**in_folder(source / "src"), **in_folder(source)}
    found: dict[str, Path] = {}
    for hook in hooks:
        for line in lines_of(root / hook):
            if line.startswith(("import ", "import\t")):
                found |= _mapped(root, names)
            else:
                found |= in_folder(Path(os.path.normpath(root / line)))
    return found


def in_folder(folder: Path) -> Mapping[str, Path]:
    """Return what a folder on the import path adds; in a project's own folder only what looks like code."""
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return {}
    is_project = any((folder / name).is_file() for name in PROJECT_FILES)
    return {one.name: one for one in entries if _is_importable(one, is_project)}


def lines_of(file: Path) -> list[str]:
    """Return the lines of a .pth file that mean something."""
    try:
        text = file.read_bytes().decode("utf-8-sig", "replace")
    except OSError:
        return []
    return [line.rstrip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _is_importable(path: Path, is_project: bool) -> bool:
    if path.name.startswith((".", "__editable__")) or path.name in NOT_CODE:
        return False
    if path.is_file():
        return path.suffix in CODE and not (is_project and is_aside(path.name))
    if not path.name.isidentifier() or (is_project and is_aside(f"{path.name}/x.py")):
        return False
    return _has_code(path, DEEPEST)


def _has_code(folder: Path, depth: int) -> bool:
    """Tell whether there is Python in a folder: a namespace has none at its top."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return False
    if any(one.is_file() and one.name.endswith(CODE) for one in entries):
        return True
    inner = (Path(one.path) for one in entries if one.is_dir() and one.name.isidentifier())
    return depth > 0 and any(_has_code(one, depth - 1) for one in inner)


def _mapped(root: Path, names: tuple[str, ...]) -> Mapping[str, Path]:
    """Read the table of a finder: setuptools' assignment, or the calls of the package `editables`."""
    found: dict[str, Path] = {}
    for name in names:
        if "/" in name or not name.endswith(".py"):
            continue
        try:
            tree = ast.parse((root / name).read_bytes())
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for module, place in _pairs(tree):
            if not all(part.isidentifier() for part in module.split(".")):
                continue  # it becomes a path
            path = Path(place)
            # setuptools names a module without its suffix, `editables` a package by its first file.
            path = path.parent if path.name == "__init__.py" else path
            path = path if path.exists() else path.with_name(f"{path.name}.py")
            if path.exists():
                relative = module.replace(".", "/")
                found[f"{relative}{path.suffix}" if path.is_file() else relative] = path
    if not found:
        raise UnreadableHook
    return found


def _pairs(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            named = any(isinstance(one, ast.Name) and one.id == "MAPPING" for one in targets)
            if named and isinstance(node.value, ast.Dict):
                yield from _texts(zip(node.value.keys, node.value.values, strict=True))
        elif isinstance(node, ast.Call) and len(node.args) == 2 and _is_map_module(node.func):
            yield from _texts([(node.args[0], node.args[1])])


def _is_map_module(called: ast.expr) -> bool:
    return isinstance(called, ast.Attribute) and called.attr == "map_module"


def _texts(pairs: Iterable[tuple[ast.expr | None, ast.expr]]) -> Iterator[tuple[str, str]]:
    for key, value in pairs:
        if isinstance(key, ast.Constant) and isinstance(value, ast.Constant):
            yield str(key.value), str(value.value)
