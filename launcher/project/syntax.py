"""Small questions to Python's own syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from launcher.project.source import Import


def expression(node: ast.expr) -> str:
    """Write an expression as names, dots and calls; what is none of these is empty."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = expression(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    if isinstance(node, ast.Call):
        inner = expression(node.func)
        return f"{inner}()" if inner else ""
    if isinstance(node, ast.IfExp):
        return expression(node.body) or expression(node.orelse)
    if isinstance(node, ast.BoolOp):
        return next(filter(None, map(expression, node.values)), "")
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value if node.value.replace(".", "_").isidentifier() else ""
    return ""


def imports_in(body: Iterable[ast.stmt], file: str, *, optional: bool = False) -> Iterator[Import]:
    """Yield every import below the statements, those inside functions too."""
    for node in body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, None, 0, file, node.lineno, optional)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield Import(node.module or "", alias.name, node.level, file, node.lineno, optional)
        else:
            may_fail = optional or _forgives_import(node)
            for part in bodies(node):
                yield from imports_in(part, file, optional=may_fail)


def bodies(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Yield the blocks of a compound statement."""
    for name in ("body", "orelse", "finalbody"):
        part = getattr(node, name, None)
        if isinstance(part, list):
            yield part
    for holder in [*getattr(node, "handlers", ()), *getattr(node, "cases", ())]:
        yield holder.body


def _forgives_import(node: ast.stmt) -> bool:
    if isinstance(node, ast.If):
        return expression(node.test).rpartition(".")[2] == "TYPE_CHECKING"
    if not isinstance(node, ast.Try):
        return False
    forgiven = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
    for handler in node.handlers:
        caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        if any(kind is None or expression(kind) in forgiven for kind in caught):
            return True
    return False


def is_main_check(test: ast.expr) -> bool:
    """Tell whether a condition asks for `__name__ == "__main__"`."""
    if isinstance(test, ast.BoolOp):
        return any(is_main_check(value) for value in test.values)
    if not (isinstance(test, ast.Compare) and len(test.comparators) == 1):
        return False
    sides = [test.left, test.comparators[0]]
    return isinstance(test.ops[0], ast.Eq) and {
        side.id if isinstance(side, ast.Name) else getattr(side, "value", None) for side in sides
    } == {"__name__", "__main__"}


def arguments(value: ast.expr) -> tuple[str, ...]:
    """Return the names that appear anywhere in a call."""
    if not isinstance(value, ast.Call):
        return ()
    found = (node.id for node in ast.walk(value) if isinstance(node, ast.Name))
    return tuple(dict.fromkeys(found))


def absolute(node: ast.ImportFrom, package: list[str]) -> str:
    """Return the module that an import means inside the package, without leading dots."""
    if not node.level:
        return node.module or ""
    base = package[: len(package) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])
