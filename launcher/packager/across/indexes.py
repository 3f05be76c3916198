"""The package indexes that the user's own installers ask, told to ours and written down nowhere."""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from launcher import host
from launcher.errors import ConfigError
from launcher.project.config import load
from launcher.project.environment import Interpreter

# What uv itself reads; who sets them means uv.
OF_UV = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL")
FIRST, MORE, LINKS = "index-url", "extra-index-url", "find-links"
GIVEN = {
    FIRST: "UV_DEFAULT_INDEX",
    MORE: "UV_INDEX",
    LINKS: "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
}
SECTIONS = ("global", "install")
ETC = Path("/etc")
LISTS = ("requirements.txt", "requirements.in")
_OPTION = re.compile(r"^\s*(?:--(index-url|extra-index-url|find-links)|-([if]))[\s=]+(\S+)", re.MULTILINE)
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")  # in lists of requirements, for what is secret
_SHORT = {"i": FIRST, "f": LINKS}
Settings = Iterator[tuple[str, str]]


def settings(
    project: Path, interpreter: Interpreter, environ: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return variables that tell uv the indexes of the project's requirements, and those of pip's settings.

    As variables, for an address may have a password in it, and everybody sees a program's arguments. Where
    uv is told by variables of its own, those count, and pip's settings do not.
    """
    found: dict[str, str] = {}
    if not any(environ.get(name) for name in OF_UV):
        for file in _files(interpreter, environ):
            found.update(_of_pip(file))
        for name in GIVEN:
            if value := environ.get(f"PIP_{name.upper().replace('-', '_')}"):
                found[name] = value
    for name, value in (*_of_uv(project), *_of_lists(project)):
        # A project names its own index instead of pip's, and more beside those that pip knows.
        found[name] = value if name == FIRST else " ".join(filter(None, (found.get(name), value)))
    told = {
        GIVEN[name]: _told(name, value, environ)
        for name, value in found.items()
        if not environ.get(GIVEN[name])
    }
    if MORE in found:
        told["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # to look at all of them, as pip does
    return told


def _told(name: str, value: str, environ: Mapping[str, str]) -> str:
    """Write several as uv wants them: places with commas between, addresses with spaces."""
    value = _VARIABLE.sub(lambda found: environ.get(found[1], found[0]), value)
    return ("," if name == LINKS else " ").join(value.split())


def _files(interpreter: Interpreter, environ: Mapping[str, str]) -> Iterator[Path]:
    """Yield where pip looks for its settings, as its documentation has it; later ones win."""
    if environ.get("PIP_CONFIG_FILE") == os.devnull:
        return  # so pip is told to look nowhere
    home, name = Path.home(), "pip.ini" if host.WINDOWS else "pip.conf"
    if host.WINDOWS:
        yield Path(environ.get("ProgramData", r"C:\ProgramData")) / "pip" / name
        yield home / "pip" / name
        yield Path(environ.get("APPDATA", home / "AppData" / "Roaming")) / "pip" / name
    else:
        places = environ.get("XDG_CONFIG_DIRS") or "/etc/xdg"
        yield from (Path(place) / "pip" / name for place in reversed(places.split(":")))
        yield ETC / name
        yield home / ".pip" / name
        support = home / "Library" / "Application Support" / "pip"
        config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip"
        yield (support if host.MACOS and support.is_dir() else config) / name
    yield interpreter.prefix / name
    if environ.get("PIP_CONFIG_FILE"):
        yield Path(environ["PIP_CONFIG_FILE"])


def _of_pip(file: Path) -> dict[str, str]:
    table = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        table.read_string(file.read_text(encoding="utf-8", errors="replace"))
    except (OSError, configparser.Error):
        return {}
    found = {}
    for section in SECTIONS:
        for name in GIVEN:
            if value := table.get(section, name, fallback=""):
                found[name] = value
    return found


def _of_uv(project: Path) -> Settings:
    """Read the indexes of uv's settings in the project, not by uv: others of them are for other purposes."""
    try:
        whole = load(project / "uv.toml") or _table(load(project / "pyproject.toml"), "tool", "uv")
    except ConfigError:
        return  # not ours to judge
    for table in (whole, _table(whole, "pip")):
        for one in table.get("index", ()) if isinstance(table.get("index"), list) else ():
            if isinstance(one, dict) and isinstance(one.get("url"), str):
                # By its name uv finds the variables with its user and password.
                name = f"{one['name']}=" if isinstance(one.get("name"), str) else ""
                yield FIRST if one.get("default") is True else MORE, f"{name}{one['url']}"
        if isinstance(table.get(FIRST), str):
            yield FIRST, table[FIRST]
        for key in (MORE, LINKS):
            several = table.get(key)
            yield from ((key, one) for one in (several if isinstance(several, list) else ()) if one)


def _table(document: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    here: Any = document
    for key in path:
        here = here.get(key) if isinstance(here, dict) else None
    return here if isinstance(here, dict) else {}


def _of_lists(project: Path) -> Settings:
    for name in LISTS:
        try:
            text = (project / name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        for long, short, value in _OPTION.findall(text):
            yield long or _SHORT[short], value
