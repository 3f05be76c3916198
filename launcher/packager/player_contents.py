"""What a frozen player consists of: Python, our runtime, its own distributions, libraries of the system."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from launcher import __version__, paths
from launcher.packager.components import Component, Text, lay_texts, of_distribution
from launcher.project import environment
from launcher.project.environment import Distribution, Interpreter

LAYER, LISTING, TEXTS = "player", "components.json", "licenses"
QT = ("pyside6", "shiboken6")
DEADLINE = 60.0  # seconds
Described = list[tuple[Component, tuple[Text, ...]]]


def write(sources: Iterable[str], python: Path, interpreter: Interpreter, place: Path) -> None:
    """Write down at `place` what the files at `sources`, as they were frozen, belong to.

    `python` is that of the private environment in which they were.
    """
    files = {os.path.realpath(source) for source in sources if os.path.isabs(source)}
    described = _distributions(files, python)
    version = ".".join(str(part) for part in interpreter.version)
    described += [of_python(version, texts_of_python(interpreter)), _launcher()]
    described += _qt(described)
    described += _of_the_system(files, python, interpreter)
    _lay(described, place)


def write_described(
    distributions: Iterable[Distribution], others: Iterable[tuple[Component, tuple[Text, ...]]], place: Path
) -> None:
    """Write down at `place` that a player consists of distributions, of other parts, and of our runtime."""
    among = list(distributions)
    described = [of_distribution(one, LAYER, among=among) for one in among]
    _lay([*described, *others, _launcher()], place)


def _lay(described: Described, place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    for component, texts in described:
        lay_texts(texts, place / TEXTS / component.name)
    ordered = sorted((component for component, _ in described), key=lambda one: (one.name, one.purl))
    values = [asdict(component) for component in ordered]
    (place / LISTING).write_text(json.dumps(values, indent=1), encoding="utf-8")


def read(place: Path) -> tuple[Component, ...]:
    """Read what `write` wrote."""
    values = json.loads((place / LISTING).read_text(encoding="utf-8"))
    return tuple(Component(**{**value, "needs": tuple(value["needs"])}) for value in values)


def _distributions(files: set[str], python: Path) -> Described:
    installed = environment.distributions(environment.ask(python, "it freezes the player"))
    found = []
    for one in installed:
        own = {os.path.realpath(one.root / name) for name in one.files}
        # The bootloader is PyInstaller's, and is none of the files that were collected.
        if one.key == "pyinstaller" or not own.isdisjoint(files):
            found.append(one)
        files -= own
    return [of_distribution(one, LAYER, among=found) for one in found]


def of_python(version: str, texts: tuple[Text, ...]) -> tuple[Component, tuple[Text, ...]]:
    """Describe a Python of some version."""
    component = Component(
        "Python", version, LAYER, f"pkg:generic/python@{version}", "PSF-2.0", kind="platform"
    )
    return component, texts


def texts_of_python(interpreter: Interpreter) -> tuple[Text, ...]:
    """Find the licence of a Python that is installed here."""
    short = f"python{interpreter.version[0]}.{interpreter.version[1]}"
    places = [
        interpreter.base_prefix / "lib" / short / "LICENSE.txt",
        interpreter.base_prefix / "LICENSE.txt",
        interpreter.base_prefix / "LICENSE",
        Path("/usr/share/doc") / short / "copyright",
    ]
    return tuple(Text("LICENSE.txt", place) for place in places if place.is_file())[:1]


def _launcher() -> tuple[Component, tuple[Text, ...]]:
    above = paths.PACKAGE.parent
    places = [above / "LICENSE", *sorted(above.glob("flask_launcher-*.dist-info/licenses/LICENSE"))]
    component = Component(
        "flask-launcher", __version__, LAYER, f"pkg:pypi/flask-launcher@{__version__}", "MIT"
    )
    return component, tuple(Text("LICENSE", place) for place in places if place.is_file())[:1]


def _qt(described: Described) -> Described:
    """Add Qt, whose wheels carry no text, where the player has it."""
    versions = [one.version for one, _ in described if one.name.lower().startswith(QT)]
    if not versions:
        return []
    version = min(versions, key=len)
    folder = paths.bundled("build") / "player" / "licenses"
    texts = tuple(Text(path.name, path) for path in sorted(folder.iterdir()))
    return [(Component("Qt", version, LAYER, f"pkg:generic/qt@{version}", "LGPL-3.0-only"), texts)]


def _of_the_system(files: set[str], python: Path, interpreter: Interpreter) -> Described:
    """Describe the libraries that came from this machine, by the packages that brought them."""
    ours = (os.path.realpath(python.parent.parent), os.path.realpath(interpreter.base_prefix))
    libraries = sorted(
        file
        for file in files
        if re.search(r"\.so(\.|$)|\.dylib$|\.dll$", file)
        and not file.startswith(tuple(f"{folder}{os.sep}" for folder in ours if folder != "/usr"))
        and "/lib-dynload/" not in file
    )
    return of_libraries(libraries)


def of_libraries(libraries: list[str], layer: str = LAYER) -> Described:
    """Describe libraries of this machine by the packages that brought them, else by their names."""
    owners = _debian_owners(libraries)
    described: Described = []
    for package, version in sorted(set(owners.values())):
        system = platform.freedesktop_os_release().get("ID", "debian")
        text = Text("copyright", Path("/usr/share/doc") / package / "copyright")
        component = Component(package, version, layer, f"pkg:deb/{system}/{package}@{_quoted(version)}")
        described.append((component, (text,) if text.path.is_file() else ()))
    for library in libraries:
        name = os.path.basename(library)
        if library not in owners and not name.startswith("libpython"):
            described.append((Component(name, "", layer, f"pkg:generic/{name}"), ()))
    return described


def _debian_owners(libraries: list[str]) -> dict[str, tuple[str, str]]:
    """Return the Debian package and its version for each library that one brought."""
    tool = shutil.which("dpkg-query")
    if tool is None or not libraries:
        return {}
    # dpkg knows some by the path from before /lib became a link to /usr/lib.
    asked = {name: library for library in libraries for name in (library, library.removeprefix("/usr"))}
    owned = {}
    for line in _lines([tool, "-S", *asked]):
        packages, _, path = line.rpartition(": ")
        if path in asked:
            owned[asked[path]] = packages.partition(",")[0].partition(":")[0]
    if not owned:
        return {}
    told = _lines([tool, "-W", "-f", "${Package} ${Version}\n", *sorted(set(owned.values()))])
    versions = dict(line.split(" ", 1) for line in told if " " in line)
    return {library: (package, versions.get(package, "")) for library, package in owned.items()}


def _lines(command: list[str]) -> list[str]:
    try:
        answer = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=DEADLINE, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return answer.stdout.decode("utf-8", "replace").splitlines()


def _quoted(version: str) -> str:
    return version.replace("+", "%2B").replace(":", "%3A").replace("~", "%7E")
