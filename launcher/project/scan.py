"""Read all of a project's own Python files, and follow the imports between them."""

from __future__ import annotations

import sys
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from launcher.project.reading import read
from launcher.project.source import Import, Source
from launcher.project.target import module_of
from launcher.project.tree import is_aside, python_files

# Part of some Python that we support, though perhaps not of the one that runs us.
_ONCE_STANDARD = (
    "asynchat asyncore audioop cgi cgitb chunk crypt distutils imghdr imp lib2to3 mailcap msilib "
    "nis nntplib ossaudiodev pipes smtpd sndhdr spwd sunau telnetlib uu xdrlib tomllib __main__"
)
STANDARD = frozenset(sys.stdlib_module_names).union(_ONCE_STANDARD.split())


@dataclass(frozen=True, slots=True)
class Scan:
    """The files of a project by their POSIX path."""

    project: Path
    sources: dict[str, Source]
    folders: frozenset[str]
    _reached: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)

    def module(self, dotted: str, source: Source) -> tuple[Source, list[str]] | None:
        """Find the project's file behind a dotted name, and what of the name is left."""
        parts = dotted.split(".")
        for root in self._roots(source):
            for length in range(len(parts), 0, -1):
                path = "/".join([*root, *parts[:length]])
                for name in (f"{path}/__init__.py", f"{path}.py"):
                    if name in self.sources:
                        return self.sources[name], parts[length:]
        return None

    def imported_by(self, source: Source) -> frozenset[str]:
        """Return the project's files that a file imports, through others too."""
        known = self._reached.get(source.file)
        if known is None:
            seen: set[str] = set()
            waiting = deque([source.file])
            while waiting:
                for file in self._direct(self.sources[waiting.popleft()]):
                    if file not in seen:
                        seen.add(file)
                        waiting.append(file)
            known = self._reached[source.file] = frozenset(seen)
        return known

    def foreign(self) -> tuple[Import, ...]:
        """Return the imports of what is neither the project's own nor the standard library's.

        Those of tests, examples and documentation count only where nothing else does.
        """
        files = [source for source in self.sources.values() if not is_aside(source.file)]
        return tuple(
            one
            for source in files or self.sources.values()
            for one in source.imports
            if not one.level and not self._is_at_hand(one.module.partition(".")[0], source)
        )

    def _is_at_hand(self, first: str, source: Source) -> bool:
        if first in STANDARD or self.module(first, source):
            return True
        # A folder without __init__.py is a package too, when there is Python in it.
        return any("/".join([*root, first]) in self.folders for root in self._roots(source))

    def _direct(self, source: Source) -> set[str]:
        found: set[str] = set()
        for one in source.imports:
            for dotted in self._names(one, source):
                place = self.module(dotted, source)
                if place is not None:
                    found.add(place[0].file)
                    found |= self._packages_above(place[0])
        return found - {source.file}

    def _names(self, one: Import, source: Source) -> list[str]:
        base = one.module
        if one.level:
            package = (source.module or "").split(".")
            inside = package if source.file.endswith("__init__.py") else package[:-1]
            kept = inside[: len(inside) - one.level + 1]
            base = ".".join([*kept, *([one.module] if one.module else [])])
        names = [base] if base else []
        if one.name and one.name != "*":
            names.append(f"{base}.{one.name}" if base else one.name)
        return names

    def _packages_above(self, source: Source) -> set[str]:
        # Importing shop.views runs shop/__init__.py first.
        if not source.in_package:
            return set()
        parents = PurePosixPath(source.file).parents
        return {f"{parent}/__init__.py" for parent in parents} & self.sources.keys()

    def _roots(self, source: Source) -> list[list[str]]:
        folder = PurePosixPath(source.folder)
        places = [PurePosixPath(source.path), folder, PurePosixPath("."), PurePosixPath("src")]
        return [list(place.parts) for place in dict.fromkeys([*places, *folder.parents])]


def scan(project: Path) -> Scan:
    """Read every Python file of the project, running nothing."""
    sources = {}
    for file, relative in python_files(project):
        module, path = module_of(relative, project)
        sources[relative] = read(file, relative, module=module, path=path)
    folders = {str(parent) for file in sources for parent in PurePosixPath(file).parents}
    return Scan(project, sources, frozenset(folders))
