"""The files that travel, read once for all kinds of warnings."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from launcher.packager.warnings.code import Code, code_of
from launcher.project.tree import is_aside

LARGEST_CODE = 2_000_000
LARGEST_TEXT = 1_000_000
MOST_FILES = 20_000
PAGES = frozenset((".html", ".htm", ".xhtml", ".jinja", ".jinja2", ".j2"))
SCRIPTS = frozenset((".js", ".mjs", ".jsx", ".ts", ".vue"))
STYLES = frozenset((".css", ".scss"))
SETTINGS = frozenset((".ini", ".cfg", ".conf", ".toml", ".yaml", ".yml", ".json"))
# Read by installers and editors, never by the app.
NOT_THE_APP = frozenset(
    (
        *("package.json", "package-lock.json", "composer.json", "tsconfig.json", "setup.cfg", "tox.ini"),
        *("poetry.lock", "uv.lock", "pylock.toml", "pyproject.toml", "mypy.ini", "pytest.ini"),
        *("docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml"),
        *(".pre-commit-config.yaml", ".travis.yml", ".gitlab-ci.yml", "fly.toml", "render.yaml"),
    )
)


@dataclass(slots=True)
class Reading:
    """The files of a layer, less what accompanies the app, by kind."""

    root: Path
    files: tuple[str, ...]
    _code: list[Code] | None = field(default=None, repr=False)

    def code(self) -> list[Code]:
        """Return the Python files, each parsed once; one that does not parse is left out."""
        if self._code is None:
            self._code = list(self._parsed())
        return self._code

    def texts(self, kinds: frozenset[str]) -> Iterator[tuple[str, str]]:
        """Yield the name and the text of each file whose suffix is of these kinds."""
        for name in self._own(kinds):
            if PurePosixPath(name).name not in NOT_THE_APP:
                data = self._bytes(name, LARGEST_TEXT)
                yield name, data.decode("utf-8", "replace")

    def _parsed(self) -> Iterator[Code]:
        for name in self._own(frozenset((".py", ".pyw"))):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # the author's own, such as "\d" in a plain string
                    tree = ast.parse(self._bytes(name, LARGEST_CODE), name)
                yield code_of(name, tree)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue

    def _own(self, kinds: frozenset[str]) -> list[str]:
        wanted = [name for name in self.files if PurePosixPath(name).suffix.lower() in kinds]
        return [name for name in wanted if not is_aside(name)][:MOST_FILES]

    def _bytes(self, name: str, largest: int) -> bytes:
        path = self.root / name
        try:
            return path.read_bytes() if path.stat().st_size <= largest else b""
        except OSError:
            return b""
