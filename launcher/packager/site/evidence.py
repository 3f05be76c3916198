"""What code that travels says of files that could stay behind, learned by reading it.

Most files are only searched for a word. Those that have it are parsed, so that comments and examples in
docstrings keep nothing; a file that does not parse keeps all that it might mean.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

LARGEST = 5_000_000
TEST_NAMES = frozenset(("test", "tests"))
_MENTION = re.compile(rb"\btests?\b")
_STUBS = re.compile(rb"attach_stub|\.pyi\b")
_HEADERS = re.compile(rb"\.(?:h|hh|hpp|hxx|cuh|pxd)['\"]")
_DOTTED = re.compile(r"\.*(?:\w+\.)*tests?(?:\.\w+)*")
_PART = re.compile(r"(?:^|[\\/])tests?(?:[\\/]|$)")
_ENTRY = re.compile(r"=\s*([\w.]+)")
# They start the tests or tell them from the rest; what they read is of no use to an app.
HARNESS = re.compile(r"conftest\.py|_?(?:pytest)?tester\.py|_?testutils?\.py|runtests\.py")
ONLY_COMPARES = frozenset(("pandas/util/_exceptions.py",))


@dataclass(slots=True)
class Evidence:
    """What the code of one distribution needs at run time, by its own words and by those of others."""

    reads_stubs: bool = False
    reads_headers: bool = False
    modules: set[str] = field(default_factory=set)  # tests that are imported or named, with dots
    packages: set[str] = field(default_factory=set)  # those that put paths to tests together
    folders: set[str] = field(default_factory=set)  # those of code that does so from its own place

    def names_folder(self, folder: str) -> bool:
        """Tell whether something imports from a folder of tests, or puts its path together."""
        dotted, above = folder.replace("/", "."), folder.rpartition("/")[0]
        return (
            folder.partition("/")[0] in self.packages
            or any(module == dotted or module.startswith(f"{dotted}.") for module in self.modules)
            or any(_is_near(above, place) for place in self.folders)
        )


def of_texts(files: Iterable[tuple[str, Path]]) -> Evidence:
    """Read files: names as in site-packages, POSIX, and where each lies."""
    found = Evidence()
    for name, path in files:
        try:
            if path.stat().st_size <= LARGEST:
                _search(found, name, path.read_bytes())
        except OSError:
            continue
    return found


def add_modules(evidence: Evidence, others: Iterable[Evidence]) -> None:
    """Let what others import count as well."""
    for other in others:
        evidence.modules |= other.modules


def _is_near(above: str, place: str) -> bool:
    """Tell whether code at `place` reaches a folder in `above` by a path from where it lies itself."""
    return f"{place}/".startswith(f"{above}/") or f"{above}/".startswith(f"{place}/")


def _search(found: Evidence, name: str, text: bytes) -> None:
    found.reads_stubs |= _STUBS.search(text) is not None
    found.reads_headers |= _HEADERS.search(text) is not None
    if not _MENTION.search(text):
        return
    if not name.endswith(".py"):
        for dotted in _ENTRY.findall(text.decode("utf-8", "replace")):
            _add_module(found, dotted, "")
        return
    tree = _parsed(text)
    if tree is None:
        found.packages.add(name.partition("/")[0])
        return
    package = PurePosixPath(name).parent.as_posix().replace("/", ".")
    for dotted in _named(tree):
        _add_module(found, dotted, package)
    if _puts_path_together(tree) and not _is_harness(name):
        if b"__file__" in text:
            found.folders.add(PurePosixPath(name).parent.as_posix())
        else:
            found.packages.add(name.partition("/")[0])


def _parsed(text: bytes) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # theirs, such as "\d" in a plain string
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _named(tree: ast.Module) -> Iterator[str]:
    """Yield what is imported, by a statement or by its name in a text that is no docstring."""
    plain = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        yield from _imported(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in plain:
            yield from [node.value] if "." in node.value and _DOTTED.fullmatch(node.value) else []


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = "." * node.level + (node.module or "")
        yield base
        dot = "" if base.endswith(".") else "."
        yield from (f"{base}{dot}{alias.name}" for alias in node.names)


def _add_module(found: Evidence, dotted: str, package: str) -> None:
    if not TEST_NAMES.isdisjoint(dotted.split(".")):
        found.modules.add(_absolute(dotted, package))


def _puts_path_together(tree: ast.Module) -> bool:
    """Tell whether a text with tests as a part of a path is handed to a function, or joined by /."""
    for node in ast.walk(tree):
        parts: list[ast.expr] = []
        if isinstance(node, ast.Call):
            parts = [*node.args, *(keyword.value for keyword in node.keywords)]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.Add):
            parts = [node.left, node.right]
        elif isinstance(node, ast.JoinedStr):
            parts = node.values
        if any(_is_part(part) for part in parts):
            return True
    return False


def _is_part(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(_PART.search(node.value))


def _is_harness(name: str) -> bool:
    return name in ONLY_COMPARES or HARNESS.fullmatch(PurePosixPath(name).name) is not None


def _absolute(dotted: str, package: str) -> str:
    """Return the full name behind one that begins with dots."""
    level = len(dotted) - len(dotted.lstrip("."))
    if not level:
        return dotted
    parts = package.split(".")
    return ".".join([*parts[: len(parts) - level + 1], dotted.lstrip(".")])
