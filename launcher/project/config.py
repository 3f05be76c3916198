"""Read `[tool.launcher]` from pyproject.toml into a frozen value, exactly as it is written."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from launcher.errors import ConfigError
from launcher.project.settings import FILE, KEYS, TABLES, flatten

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["FILE", "KEYS", "Config", "Files", "Server", "Window", "load", "read"]

LARGEST_FILE = 500_000
MOST_DOTS = 1_000


@dataclass(frozen=True, slots=True)
class Window:
    """The `[tool.launcher.window]` table."""

    width: int | None = None
    height: int | None = None
    resizable: bool | None = None
    permissions: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Server:
    """The `[tool.launcher.server]` table."""

    threads: int | None = None
    max_body: int | None = None
    public: tuple[str, ...] = ()
    callbacks: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    scripts: bool | None = None


@dataclass(frozen=True, slots=True)
class Files:
    """The `[tool.launcher.files]` table; `asked_` is what the command line says beside it."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    unneeded: tuple[str, ...] = ()
    in_place: bool | None = None
    asked_include: tuple[str, ...] = ()
    asked_exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignWindows:
    """The `[tool.launcher.sign.windows]` table."""

    command: str | None = None
    certificate: str | None = None
    key: str | None = None
    password_env: str | None = None
    timestamp: str | None = None


@dataclass(frozen=True, slots=True)
class SignMacos:
    """The `[tool.launcher.sign.macos]` table."""

    identity: str | None = None
    notary_profile: str | None = None
    entitlements: str | None = None


@dataclass(frozen=True, slots=True)
class SignSums:
    """The `[tool.launcher.sign.sums]` table."""

    key: str | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """The settings as written; what begins with `project_` comes from `[project]`."""

    app: str | None = None
    name: str | None = None
    identifier: str | None = None
    version: str | None = None
    icon: str | None = None
    publisher: str | None = None
    webview: str | None = None
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict, hash=False)
    share: bool | None = None
    documents: Mapping[str, str] = field(default_factory=dict, hash=False)
    window: Window = Window()
    server: Server = Server()
    files: Files = Files()
    sign_windows: SignWindows = SignWindows()
    sign_macos: SignMacos = SignMacos()
    sign_sums: SignSums = SignSums()
    project_name: str | None = None
    project_version: str | None = None
    project_summary: str | None = None
    project_homepage: str | None = None
    project_licence: str | None = None


def read(project: Path) -> Config:
    """Read the settings of the project, or the empty ones where it has no pyproject.toml."""
    document = load(project / FILE)
    tool = _table(document.get("tool"))
    flat = flatten(tool.get("launcher", {}))
    tables: dict[str, dict[str, Any]] = {"": {}, **{name: {} for name in TABLES}}
    for key, value in flat.items():
        table, _, last = key.rpartition(".")
        tables[table][last.replace("-", "_")] = tuple(value) if isinstance(value, list) else value
    declared, poetry = _table(document.get("project")), _table(tool.get("poetry"))
    return Config(
        **tables[""],
        window=Window(**tables["window"]),
        server=Server(**tables["server"]),
        files=Files(**tables["files"]),
        sign_windows=SignWindows(**tables["sign.windows"]),
        sign_macos=SignMacos(**tables["sign.macos"]),
        sign_sums=SignSums(**tables["sign.sums"]),
        project_name=_text(declared.get("name")) or _text(poetry.get("name")),
        project_version=_text(declared.get("version")) or _text(poetry.get("version")),
        project_summary=_text(declared.get("description")) or _text(poetry.get("description")),
        project_homepage=_homepage(declared, poetry),
        project_licence=_licence(declared, poetry),
    )


def load(file: Path) -> dict[str, Any]:
    """Parse a TOML file; a missing one is empty, a bad one is a ConfigError with its line."""
    if not file.is_file():  # nor a pipe, which has no end
        return {}
    try:
        size = file.stat().st_size
        if size > LARGEST_FILE:
            raise ConfigError(
                f"{file} is {size / 1e6:.1f} MB large, which is no settings file.",
                f"Keep it under {LARGEST_FILE // 1000} kB.",
            )
        # Editors on Windows like to write a byte order mark, which TOML has no place for.
        text = file.read_bytes().decode("utf-8-sig")
        _check_dots(file, text)
        return tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"{file}, line {line}: this is not UTF-8.", "Save the file in UTF-8."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise _bad_toml(file, str(error), text) from error
    except ValueError as error:  # a number, or a moment, that Python has no room for
        raise ConfigError(f"{file}, line {_longest_line(text)}: {str(error).partition(';')[0]}.") from error
    except RecursionError as error:
        raise ConfigError(
            f"{file}, line {_deepest_line(text)}: brackets are nested too deeply."
        ) from error


def _check_dots(file: Path, text: str) -> None:
    # The parser's time grows with the square of a key's length.
    for number, line in enumerate(text.splitlines(), 1):
        if line.count(".") > MOST_DOTS:
            raise ConfigError(f"{file}, line {number}: this is no setting, it has too many dots.")


def _bad_toml(file: Path, problem: str, text: str) -> ConfigError:
    found = re.search(r" \(at line (\d+), column \d+\)$", problem)
    line = int(found[1]) if found else text.count("\n") + 1
    reason = problem[: found.start()] if found else problem.replace(" (at end of document)", "")
    return ConfigError(f"{file}, line {line}: this is not TOML: {reason}.", "Correct that line.")


def _deepest_line(text: str) -> int:
    lines = text.splitlines()
    return 1 + max(range(len(lines)), key=lambda number: sum(map(lines[number].count, "[{")))


def _longest_line(text: str) -> int:
    lines = text.splitlines()
    return 1 + max(range(len(lines)), key=lambda number: len(lines[number]))


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _homepage(declared: Mapping[str, Any], poetry: Mapping[str, Any]) -> str | None:
    addresses = {str(name).lower(): address for name, address in _table(declared.get("urls")).items()}
    told = addresses.get("homepage") or poetry.get("homepage") or next(iter(addresses.values()), None)
    return _text(told)


def _licence(declared: Mapping[str, Any], poetry: Mapping[str, Any]) -> str | None:
    told = declared.get("license") or poetry.get("license")
    return _text(_table(told).get("text")) or _text(told)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
