"""Read one Python file into a Source, running nothing of it."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable
from pathlib import Path

from launcher.project.source import Binding, Call, Class, Function, Scope, Source
from launcher.project.syntax import (
    absolute,
    arguments,
    bodies,
    expression,
    imports_in,
    is_main_check,
)

LARGEST_FILE = 2_000_000


def read(file: Path, relative: str, *, module: str | None, path: str) -> Source:
    """Read one file; one that is no Python (of our version) gives a Source with an error."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            return Source(relative, module, path, Scope(), (), "it is too large to be source code")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the user's own, such as "\d" in a plain string
            tree = ast.parse(file.read_bytes(), relative)
        package = _package(relative, module)
        scope = Scope()
        _Reader(scope, package).read(tree.body, guarded=False)
        return Source(relative, module, path, scope, tuple(imports_in(tree.body, relative)))
    except SyntaxError as error:
        return Source(relative, module, path, Scope(), (), f"line {error.lineno}: {error.msg}")
    except (OSError, ValueError, RecursionError, MemoryError) as error:
        return Source(relative, module, path, Scope(), (), str(error) or type(error).__name__)


def _package(relative: str, module: str | None) -> list[str]:
    parts = (module or "").split(".") if module else []
    return parts if relative.endswith("__init__.py") else parts[:-1]


class _Reader:
    """Fills a scope from statements."""

    def __init__(self, scope: Scope, package: list[str]) -> None:
        self.scope = scope
        self.package = package

    def read(self, body: Iterable[ast.stmt], *, guarded: bool) -> None:
        for statement in body:
            self._one(statement, guarded)

    def _one(self, node: ast.stmt, guarded: bool) -> None:
        if isinstance(node, ast.Import | ast.ImportFrom):
            self._import(node, guarded)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            self._assign(node, guarded)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            self._call(node.value, guarded)
        elif isinstance(node, ast.FunctionDef):
            self.scope.functions[node.name] = self._function(node)
        elif isinstance(node, ast.ClassDef):
            self.scope.classes[node.name] = _class(node)
        elif isinstance(node, ast.Return) and node.value is not None:
            self.scope.returns.append(expression(node.value))
        else:
            self._compound(node, guarded)

    def _compound(self, node: ast.stmt, guarded: bool) -> None:
        if isinstance(node, ast.If) and is_main_check(node.test):
            self.read(node.body, guarded=True)
            self.read(node.orelse, guarded=guarded)
            return
        if isinstance(node, ast.With):
            entered = [expression(item.context_expr) for item in node.items]
            if any(text.endswith(".app_context()") for text in entered):
                self.scope.pushes_context = True
        for part in bodies(node):
            self.read(part, guarded=guarded)

    def _import(self, node: ast.Import | ast.ImportFrom, guarded: bool) -> None:
        for alias in node.names:
            if isinstance(node, ast.Import):
                name = alias.asname or alias.name.partition(".")[0]
                reference = f"@{alias.name if alias.asname else name}"
            else:
                base = absolute(node, self.package)
                if alias.name == "*":
                    self.scope.stars.append(base)
                    continue
                name, reference = alias.asname or alias.name, f"@{base}.{alias.name}"
            self.scope.names[name] = Binding(reference, node.lineno, guarded=guarded, imported=True)

    def _assign(self, node: ast.Assign | ast.AnnAssign, guarded: bool) -> None:
        if node.value is None:
            return
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            pairs: list[tuple[ast.expr, ast.expr]] = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=False))
            for left, right in pairs:
                if isinstance(left, ast.Name):
                    self._bind(left.id, right, guarded)

    def _bind(self, name: str, value: ast.expr, guarded: bool) -> None:
        text = expression(value)
        if text in (name, "") and name in self.scope.names:
            return  # app = app or something: the first meaning stays the best known
        if text == "" and not isinstance(value, ast.Call):
            return
        used = arguments(value)
        old = self.scope.names.get(name)
        if old is not None and old.imported and text.startswith(f"{name}."):
            text = old.expression + text[len(name) :]  # socketio = socketio.WSGIApp(...)
        if old is not None and name in used and not old.imported:
            # app = ProxyFix(app): the wrapped one is still what it was made as.
            used = tuple(dict.fromkeys([*used, *old.arguments]))
            text = old.expression
        self.scope.names[name] = Binding(text, value.lineno, used, guarded)

    def _call(self, node: ast.Call, guarded: bool) -> None:
        text = expression(node)
        inner = node.args[0] if node.args else None
        if text.endswith(".app_context().push()"):
            self.scope.pushes_context = True
        # sys.exit(main()) starts what main() starts.
        if text in ("sys.exit()", "exit()", "SystemExit()") and isinstance(inner, ast.Call):
            self._call(inner, guarded)
        elif text:
            self.scope.calls.append(Call(text, node.lineno, guarded))

    def _function(self, node: ast.FunctionDef) -> Function:
        positional = [argument.arg for argument in [*node.args.posonlyargs, *node.args.args]]
        without_default = positional[: len(positional) - len(node.args.defaults)]
        keywords = [
            argument.arg
            for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
            if default is None
        ]
        scope = Scope()
        _Reader(scope, self.package).read(node.body, guarded=False)
        return Function(
            name=node.name,
            line=node.lineno,
            parameters=tuple(positional),
            required=(*without_default, *keywords),
            annotation=expression(node.returns) if node.returns is not None else "",
            scope=scope,
        )


def _class(node: ast.ClassDef) -> Class:
    called_with: tuple[str, ...] = ()
    for inner in node.body:
        if isinstance(inner, ast.FunctionDef) and inner.name == "__call__":
            called_with = tuple(argument.arg for argument in inner.args.args[1:])
    return Class(node.name, node.lineno, tuple(map(expression, node.bases)), called_with)
