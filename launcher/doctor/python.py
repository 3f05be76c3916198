"""Whether an interpreter can be frozen: PyInstaller needs its shared library."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher import host
from launcher.doctor import libraries
from launcher.doctor.finding import Finding

DEADLINE = 30.0  # seconds
OLDEST = (3, 10)
# Written for every Python 3: it is asked of the project's interpreter, whatever that is.
_QUESTION = """
import json, sys, sysconfig
names = ("Py_ENABLE_SHARED", "INSTSONAME", "LIBDIR", "MULTIARCH", "PYTHONFRAMEWORK")
facts = dict((name, sysconfig.get_config_var(name)) for name in names)
facts["version"] = sys.version_info[:3]
facts["base"] = sys.base_prefix
print(json.dumps(facts))
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What an interpreter says about how it was built."""

    version: tuple[int, ...]
    base: Path
    shared: bool
    library: str
    folders: tuple[Path, ...]

    @property
    def text(self) -> str:
        return ".".join(str(number) for number in self.version)


def examine(interpreter: Path) -> tuple[Finding, ...]:
    """Tell whether `interpreter` starts, is new enough, and can be frozen."""
    facts = ask(interpreter)
    if facts is None:
        return (Finding("Python", "missing", f"{interpreter} does not start"),)
    detail = f"{facts.text}, {interpreter}"
    if facts.version < OLDEST:
        wanted = ".".join(str(number) for number in OLDEST)
        return (Finding("Python", "missing", f"{detail}: {wanted} or newer is needed"),)
    return (Finding("Python", "ok", detail), _library(interpreter, facts))


def ask(interpreter: Path) -> Facts | None:
    """Ask an interpreter how it was built; nothing if it does not answer."""
    try:
        answer = subprocess.run(
            [str(interpreter), "-I", "-c", _QUESTION],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=DEADLINE,
        )
        told: dict[str, Any] = json.loads(answer.stdout)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None
    base = Path(told["base"])
    version = tuple(told["version"])
    shared = bool(told["Py_ENABLE_SHARED"] or told["PYTHONFRAMEWORK"])
    suffix = "dylib" if host.MACOS else "so.1.0"
    built_apart = f"libpython{version[0]}.{version[1]}.{suffix}"
    library = Path(told["INSTSONAME"] or built_apart).name if shared else built_apart
    return Facts(
        version, base, shared, library, _folders(base, told) if shared else (base, base / "lib")
    )


def library_of(interpreter: Path, facts: Facts) -> Path | None:
    """Find the shared library of an interpreter where PyInstaller looks for it."""
    if facts.shared:
        linked = libraries.resolved(interpreter.resolve()).get(facts.library)
        if linked is not None:
            return linked
    places = [folder / facts.library for folder in facts.folders]
    return next((place for place in places if place.exists()), None)


def _folders(base: Path, told: dict[str, Any]) -> tuple[Path, ...]:
    folders = [base, base / "lib"]
    if told["LIBDIR"]:
        folder = Path(told["LIBDIR"])
        folders += [folder, folder / told["MULTIARCH"]] if told["MULTIARCH"] else [folder]
    return tuple(folders)


def _library(interpreter: Path, facts: Facts) -> Finding:
    title = "Python's shared library"
    if host.WINDOWS or (host.MACOS and facts.shared):
        return Finding(title, "ok", "comes with Python")
    place = library_of(interpreter, facts)
    if place is not None:
        return Finding(title, "ok", str(place))
    if not facts.shared:
        return Finding(
            title,
            "missing",
            f"{interpreter} was built without one, so PyInstaller cannot freeze it; "
            "use another Python, or build this one with --enable-shared",
        )
    return Finding(
        title,
        "missing",
        f"{facts.library} is not here; PyInstaller needs it",
        needs=(facts.library,),
    )
