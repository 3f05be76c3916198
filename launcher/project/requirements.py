"""Which distributions a project says that it needs, in whichever file it says so."""

from __future__ import annotations

import codecs
import configparser
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Parsed
from packaging.utils import canonicalize_name, parse_wheel_filename

from launcher.errors import ConfigError
from launcher.project.config import load
from launcher.project.distributions import holds, parse

_LARGEST_FILE = 2_000_000
_MOST_LISTS = 100  # that name one another
_LISTS = (
    "requirements.txt",
    "requirements/production.txt",
    "requirements/prod.txt",
    "requirements/base.txt",
    "requirements/common.txt",
    "requirements.in",
)


@dataclass(frozen=True, slots=True)
class Declared:
    """A distribution that the project asks for, and where it does."""

    name: str
    extras: tuple[str, ...]
    text: str
    file: str
    line: int | None = None

    @property
    def root(self) -> str:
        """Return the name with its extras, as `closure` takes it."""
        return f"{self.name}[{','.join(self.extras)}]" if self.extras else self.name


def requirements(
    project: Path, *, markers: Mapping[str, str] | None = None
) -> tuple[Declared, ...]:
    """Return the declared dependencies, each once; with `markers` only those that apply there."""
    found: dict[tuple[str, tuple[str, ...]], Declared] = {}
    for text, file, line in _texts(project):
        declared = _declared(text, file, line, markers)
        if declared is not None:
            found.setdefault((declared.name, declared.extras), declared)
    return tuple(found.values())


def _texts(project: Path) -> Iterator[tuple[str, str, int | None]]:
    document = load(project / "pyproject.toml")
    for text in _list(_table(document, "project").get("dependencies")):
        yield text, "pyproject.toml", None
    poetry = _table(document, "tool", "poetry", "dependencies")
    for text in _named(poetry):
        yield text, "pyproject.toml", None
    for text in _setup_cfg(project / "setup.cfg"):
        yield text, "setup.cfg", None
    try:
        pipfile = load(project / "Pipfile")
    except ConfigError:
        pipfile = {}  # not ours to judge
    for text in _named(_table(pipfile, "packages")):
        yield text, "Pipfile", None
    for name in _LISTS:
        if (project / name).is_file():
            yield from _from_list(project / name, project, set())
            return


def _from_list(file: Path, project: Path, seen: set[Path]) -> Iterator[tuple[str, str, int | None]]:
    try:
        file = file.resolve()
        is_own = project.resolve() in file.parents and file.is_file()
    except (OSError, ValueError, RuntimeError):  # a name that cannot be one; a link to itself
        return
    if file in seen or not is_own:
        return
    seen.add(file)
    if len(seen) > _MOST_LISTS:
        raise ConfigError(f"{file}: more than {_MOST_LISTS} lists name one another.", "Join them.")
    shown = file.relative_to(project.resolve()).as_posix()
    number = 0
    for line, length in _joined(_decoded(file)):
        start, number = number + 1, number + length
        text = re.sub(r"(^|\s)#.*$", "", line).strip()
        # --hash and other options of one requirement follow it.
        text = re.split(r"\s--?[a-z]", text)[0] if not text.startswith("-") else text
        option = re.match(r"(-r|--requirement|-e|--editable)[\s=]*(.+)", text)
        if option and option[1] in ("-r", "--requirement"):
            yield from _from_list(file.parent / option[2].strip(), project, seen)
        elif option:
            yield option[2].strip(), shown, start
        elif text and not text.startswith("-"):
            yield text, shown, start


def _joined(text: str) -> Iterator[tuple[str, int]]:
    """Yield each logical line with the number of lines that it takes."""
    held, length = "", 0
    for line in text.splitlines():
        length += 1
        if line.endswith("\\"):
            held += line[:-1] + " "
            continue
        yield held + line, length
        held, length = "", 0
    if held:
        yield held, length


def _decoded(file: Path) -> str:
    try:
        size = file.stat().st_size
        if size > _LARGEST_FILE:
            raise ConfigError(
                f"{file} is {size / 1e6:.1f} MB large, which is no list of requirements.",
                f"Keep it under {_LARGEST_FILE // 1_000_000} MB.",
            )
        data = file.read_bytes()
    except OSError:
        return ""
    # `pip freeze > requirements.txt` in PowerShell writes UTF-16.
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def _declared(
    text: str, file: str, line: int | None, markers: Mapping[str, str] | None
) -> Declared | None:
    try:
        parsed = Parsed(text)
    except (InvalidRequirement, RecursionError):  # thousands of brackets
        name = _name_in_address(text)
        if name is None and (loose := parse(text)) and "/" not in text.split(";")[0]:
            name = loose.name
        return Declared(name, (), text, file, line) if name and name != "." else None
    if markers is not None and not holds(parsed, markers):
        return None
    extras = tuple(sorted(str(canonicalize_name(extra)) for extra in parsed.extras))
    return Declared(str(canonicalize_name(parsed.name)), extras, text, file, line)


def _name_in_address(text: str) -> str | None:
    """Find the name in an editable or URL requirement, where it has one."""
    told = re.search(r"#(?:.*&)?egg=([A-Za-z0-9._-]+)", text)
    if told:
        return str(canonicalize_name(told[1]))
    last = re.split(r"[#?@;]", text.split("://", 1)[-1])[0].rstrip("/").rpartition("/")[2]
    if last.endswith(".whl"):
        try:
            return str(parse_wheel_filename(last)[0])
        except ValueError:
            return None
    if "://" in text and (base := last.removesuffix(".git")):
        name = re.sub(r"-\d[^-]*(\.tar\.\w+|\.zip)$", "", base)
        return str(canonicalize_name(name)) if re.fullmatch(r"[A-Za-z0-9._-]+", name) else None
    return None


def _setup_cfg(file: Path) -> list[str]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(_decoded(file) if file.is_file() else "")
    except configparser.Error:
        return []
    lines = parser.get("options", "install_requires", fallback="").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]


def _named(table: Mapping[str, Any]) -> Iterator[str]:
    """Turn the tables of Poetry and Pipenv (name = version or table) into requirements."""
    for name, value in table.items():
        details = value if isinstance(value, dict) else {}
        if name.lower() == "python" or details.get("optional") is True:
            continue
        extras = ",".join(_list(details.get("extras")))
        marker = details.get("markers")
        text = f"{name}[{extras}]" if extras else name
        yield f"{text} ; {marker}" if isinstance(marker, str) else text


def _table(document: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    here: Any = document
    for key in path:
        here = here.get(key) if isinstance(here, dict) else None
    return here if isinstance(here, dict) else {}


def _list(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
