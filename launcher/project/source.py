"""What one Python file says: its names, calls, definitions and imports.

Expressions are kept as short texts: `Flask(__name__)` is "Flask()", `site.app.run()` is
"site.app.run()". A name that came from an import stands for "@module.name".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module; `level` counts the dots, `optional` ones may be missing."""

    module: str
    name: str | None
    level: int
    file: str
    line: int
    optional: bool


@dataclass(frozen=True, slots=True)
class Binding:
    """A name and the expression that it stands for; `guarded` ones exist only for `__main__`."""

    expression: str
    line: int
    arguments: tuple[str, ...] = ()
    guarded: bool = False
    imported: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A call made as a statement."""

    expression: str
    line: int
    guarded: bool


@dataclass(slots=True)
class Scope:
    """The names, calls and definitions of a module or function."""

    names: dict[str, Binding] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    returns: list[str] = field(default_factory=list)
    functions: dict[str, Function] = field(default_factory=dict)
    classes: dict[str, Class] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    pushes_context: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function: what it must be given, what it answers, what happens in it."""

    name: str
    line: int
    parameters: tuple[str, ...]
    required: tuple[str, ...]
    annotation: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class Class:
    """A class: its bases, and the parameters of its `__call__`."""

    name: str
    line: int
    bases: tuple[str, ...]
    called_with: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a project; `module` and `path` as in Target, `error` why it is unread."""

    file: str
    module: str | None
    path: str
    scope: Scope
    imports: tuple[Import, ...]
    error: str = ""

    @property
    def folder(self) -> str:
        """Return the folder relative to the project."""
        return Path(self.file).parent.as_posix()

    @property
    def in_package(self) -> bool:
        """Tell whether the file is part of a package, so that it can import relatively."""
        return self.folder != self.path
