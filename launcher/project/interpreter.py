"""Which Python a project uses, and what that Python says about itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from launcher.errors import InterpreterError

OLDEST = (3, 10)
DEADLINE = 30.0  # seconds; a cold start from a slow disk takes a few
_ENVIRONMENT_FOLDERS = (".venv", "venv", "env", ".env")
_PYTHONS = ("bin/python", "Scripts/python.exe", "bin/python3", "python.exe")
_MARK = "launcher-facts:"

# Runs in the project's interpreter, so it must stay readable for every Python there is. The
# marker names are those of the "environment markers" specification.
_QUESTION = """
import sys
sys.path = [place for place in sys.path if place]
import json, os, platform, site, sysconfig
version = "{0.major}.{0.minor}.{0.micro}".format(sys.implementation.version)
if sys.implementation.version.releaselevel != "final":
    version += sys.implementation.version.releaselevel[0] + str(sys.implementation.version.serial)
wanted = list(getattr(site, "getsitepackages", list)())
if site.ENABLE_USER_SITE:
    wanted.append(site.getusersitepackages())
wanted += [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
def plain(place):
    return os.path.normcase(os.path.realpath(place))
known = set(plain(place) for place in wanted)
print(); print("MARK" + json.dumps({
    "version": sys.version_info[:3], "executable": sys.executable, "prefix": sys.prefix,
    "base_prefix": sys.base_prefix, "base": getattr(sys, "_base_executable", None),
    "sites": [place for place in sys.path if plain(place) in known],
    "markers": {
        "implementation_name": sys.implementation.name, "implementation_version": version,
        "os_name": os.name, "platform_machine": platform.machine(),
        "platform_release": platform.release(), "platform_system": platform.system(),
        "platform_version": platform.version(), "sys_platform": sys.platform,
        "platform_python_implementation": platform.python_implementation(),
        "python_full_version": platform.python_version(),
        "python_version": ".".join(platform.python_version_tuple()[:2]),
    },
}))
""".replace("MARK", _MARK)


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python, where its distributions lie (`purelibs`, first one wins), and why it was chosen."""

    path: Path
    version: tuple[int, int, int]
    prefix: Path
    base_prefix: Path
    base_executable: Path
    purelibs: tuple[Path, ...]
    why: str
    markers: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def is_environment(self) -> bool:
        """Tell whether this is a virtual environment."""
        return self.prefix != self.base_prefix


def choose(
    project: Path, explicit: Path | None = None, *, environ: Mapping[str, str] = os.environ
) -> Interpreter:
    """Return the interpreter of the project: the given, the active, its own, else ours."""
    if explicit is not None:
        return ask(_named(explicit), "given with --python")
    active = environ.get("VIRTUAL_ENV")
    if active and (python := _python_in(Path(active))):
        return ask(python, f"the active environment {active}")
    for folder in _ENVIRONMENT_FOLDERS:
        place = project / folder
        if python := _python_in(place):
            return ask(python, f"the project's environment {folder}")
        if (place / "pyvenv.cfg").is_file():
            raise _gone(place)
    return ask(_own(), "no environment is active and the project has none")


def ask(python: Path, why: str) -> Interpreter:
    """Start the interpreter once and return what it says about itself."""
    facts = _facts(python)
    version = tuple(int(part) for part in facts["version"])
    if version[:2] < OLDEST:
        raise InterpreterError(
            f"{python} is Python {version[0]}.{version[1]}; the oldest that works is "
            f"{OLDEST[0]}.{OLDEST[1]}.",
            "Make an environment with a newer Python and install the project's packages in it.",
        )
    prefix, base_prefix = Path(facts["prefix"]), Path(facts["base_prefix"])
    return Interpreter(
        # A shim (pyenv, asdf) answers with the Python that it stands for.
        path=Path(facts["executable"] or python),
        version=(version[0], version[1], version[2]),
        prefix=prefix,
        base_prefix=base_prefix,
        base_executable=_base_executable(facts, prefix, base_prefix),
        purelibs=_distinct(facts["sites"]),
        why=why,
        markers=facts["markers"],
    )


def _named(explicit: Path) -> Path:
    path = explicit.expanduser()
    if path.is_dir():
        if python := _python_in(path):
            return python
        if (path / "pyvenv.cfg").is_file():
            raise _gone(path)
        raise InterpreterError(
            f"{path} is a folder without a Python in it.",
            "Give an interpreter or the folder of a virtual environment.",
        )
    if path.is_file():
        return path.absolute()
    # A bare command such as python3.12 is looked up as the shell would.
    if len(path.parts) == 1 and (found := shutil.which(str(path))):
        return Path(found)
    raise InterpreterError(
        f"There is no interpreter {path}.",
        "Give an interpreter or the folder of a virtual environment.",
    )


def _python_in(folder: Path) -> Path | None:
    # Not resolved: through the link's target the environment would be lost.
    return next(
        ((folder / name).absolute() for name in _PYTHONS if (folder / name).is_file()),
        None,
    )


def _own() -> Path:
    if not getattr(sys, "frozen", False):
        return Path(sys.executable)
    # Frozen, our executable is a program and no interpreter.
    for name in ("python3", "python"):
        if found := shutil.which(name):
            return Path(found)
    raise InterpreterError(
        "No Python was found on this machine.",
        "Install Python and the project's packages, then choose it with --python.",
    )


def _gone(folder: Path) -> InterpreterError:
    return InterpreterError(
        f"The environment {folder} has lost the Python that it was made from.",
        "Make the environment again and install the project's packages in it, "
        "or choose another with --python.",
    )


def _facts(python: Path) -> dict[str, Any]:
    problem = ""
    try:
        # -E: variables that configure our Python must not configure this one.
        answer = subprocess.run(
            [str(python), "-E", "-c", _QUESTION],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            cwd=python.parent,
            timeout=DEADLINE,
            check=False,
        )
        # Start-up hooks of an environment may print too.
        for line in reversed(answer.stdout.decode("utf-8", "replace").splitlines()):
            if line.startswith(_MARK):
                facts: dict[str, Any] = json.loads(line[len(_MARK) :])
                return facts
        said = answer.stderr.decode("utf-8", "replace").strip().splitlines()
        problem = said[-1] if said else "it did not answer as Python does"
    except subprocess.TimeoutExpired:
        problem = f"it did not answer within {DEADLINE:.0f} seconds"
    except OSError as error:
        problem = error.strerror or str(error)
    except ValueError as error:
        problem = str(error)
    raise InterpreterError(
        f"{python} cannot be used as a Python: {problem}.", "Choose another with --python."
    )


def _base_executable(facts: dict[str, Any], prefix: Path, base_prefix: Path) -> Path:
    if prefix == base_prefix:
        return Path(facts["executable"])
    # Before 3.11, sys._base_executable of an environment is the environment's own link.
    told = [facts["base"], _setting(prefix / "pyvenv.cfg", "executable")]
    major, minor = facts["version"][:2]
    names = (f"python{major}.{minor}", "python3", "python", "python.exe")
    home = _setting(prefix / "pyvenv.cfg", "home")
    folders = [base_prefix / "bin", base_prefix, *([Path(home)] if home else [])]
    possible = [Path(place) for place in told if place]
    possible += [folder / name for folder in folders for name in names]
    for path in possible:
        if path.is_file() and not _is_in_environment(path):
            return path
    raise _gone(prefix)


def _is_in_environment(python: Path) -> bool:
    # An environment can be made from the interpreter of another one.
    return any((folder / "pyvenv.cfg").is_file() for folder in python.parents[:2])


def _setting(file: Path, wanted: str) -> str | None:
    try:
        lines = file.read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    for line in lines:
        key, _, value = line.partition("=")
        if key.strip() == wanted:
            return value.strip()
    return None


def _distinct(places: list[str]) -> tuple[Path, ...]:
    # lib64 is a link to lib on many systems; the same folder twice would count twice.
    seen: dict[Path, Path] = {}
    for place in map(Path, places):
        if place.is_dir():
            seen.setdefault(place.resolve(), place)
    return tuple(seen.values())
