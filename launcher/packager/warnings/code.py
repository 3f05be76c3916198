"""One Python file as the warnings ask about it: calls, assignments and texts, with full names."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from launcher.project.source import Import
from launcher.project.syntax import imports_in


@dataclass(frozen=True, slots=True)
class Text:
    """A text in the code that is no docstring.

    `within` is the function that it is handed to, `name` the keyword or variable that gets it.
    """

    value: str
    line: int
    within: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """A value that is given a name: by assignment, as a keyword, or in a dictionary."""

    name: str
    value: ast.expr
    line: int
    within: str = ""


@dataclass(slots=True)
class Code:
    """What one Python file does, as far as reading tells."""

    file: str
    imports: tuple[Import, ...]
    tree: ast.Module
    names: dict[str, str] = field(default_factory=dict)
    calls: list[tuple[str, ast.Call]] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)

    def full_name(self, node: ast.expr) -> str:
        """Return what an expression of names and dots means, by the file's imports."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            inner = self.full_name(node.value)
            return f"{inner}.{node.attr}" if inner else f".{node.attr}"
        if isinstance(node, ast.Call):
            return f"{self.full_name(node.func)}()"
        return ""


def code_of(file: str, tree: ast.Module) -> Code:
    """Read one parsed file."""
    code = Code(file, tuple(imports_in(tree.body, file)), tree)
    for one in code.imports:
        if one.name is None:
            first = one.module.partition(".")[0]
            code.names.setdefault(first, first)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            _name(code, node)
    _Visitor(code).visit(tree)
    return code


def _name(code: Code, node: ast.Import | ast.ImportFrom) -> None:
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            code.names[alias.asname or alias.name] = f"{node.module or ''}.{alias.name}"
        elif alias.asname:
            code.names[alias.asname] = alias.name


class _Visitor(ast.NodeVisitor):
    """Fills a Code, knowing at each text which call it is handed to."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.within = [""]
        self.name = [""]

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring, or a text used as a comment
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = self.code.full_name(node.func)
        self.code.calls.append((name, node))
        for keyword in node.keywords:
            if keyword.arg:
                self.code.settings.append(Setting(keyword.arg, keyword.value, node.lineno, name))
        self.visit(node.func)
        self.within.append(name)
        for part in (*node.args, *node.keywords):
            self.visit(part)
        self.within.pop()

    def visit_Assign(self, node: ast.Assign) -> None:
        name = ""
        for target in node.targets:
            name = self._set(target, node.value)
        self._visit_named(name, node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        name = self._set(node.target, node.value) if node.value is not None else ""
        self._visit_named(name, node)

    def visit_keyword(self, node: ast.keyword) -> None:
        self._visit_named(node.arg or "", node)

    def visit_Dict(self, node: ast.Dict) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                self.code.settings.append(Setting(key.value, value, key.lineno, self.within[-1]))
        self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        # The parts of f"http://localhost:{port}/" are no whole texts; only a first one says something.
        for number, part in enumerate(node.values):
            if not isinstance(part, ast.Constant) or number == 0:
                self.visit(part)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.code.texts.append(Text(node.value, node.lineno, self.within[-1], self.name[-1]))

    def _visit_named(self, name: str, node: ast.AST) -> None:
        self.name.append(name)
        self.generic_visit(node)
        self.name.pop()

    def _set(self, target: ast.expr, value: ast.expr) -> str:
        name = ""
        if isinstance(target, ast.Name):
            name = target.id
        elif isinstance(target, ast.Attribute):
            name = f".{target.attr}"
        elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
            key = target.slice.value
            name = f"[{key}]" if isinstance(key, str) else ""
        if name:
            self.code.settings.append(Setting(name, value, target.lineno))
        return name
