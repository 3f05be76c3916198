"""Which package of Debian has a library: the table build/linux/debian.txt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache

from launcher import paths

TABLE = "debian.txt"
MACHINE_S_OWN = "-"  # what stands where no package has it: drivers


def package_of(library: str) -> str:
    """Return the package of Debian that has a library; nothing where none is known."""
    exact, patterns = _packages()
    found = (package for pattern, package in patterns if fnmatchcase(library, pattern))
    return exact.get(library) or next(found, "")


def names_of(library: str) -> tuple[str, ...]:
    """Return the names that the package may have, the newest first; none where none is known."""
    package = package_of(library)
    return () if package in ("", MACHINE_S_OWN) else tuple(package.split(" | "))


def libraries() -> tuple[str, ...]:
    """List the libraries of the table."""
    return tuple(name for name in _packages()[0] if "*" not in name)


@cache
def _packages() -> tuple[dict[str, str], list[tuple[str, str]]]:
    text = (paths.bundled("build") / "linux" / TABLE).read_text(encoding="utf-8")
    rows = list(_rows(text.splitlines()))
    return dict(rows), [(name, package) for name, package in rows if "*" in name]


def _rows(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        words = line.partition("#")[0].split(maxsplit=1)
        if words:
            yield words[0], words[1].strip()
