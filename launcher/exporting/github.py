"""A workflow for GitHub that builds, proves and hands out a project's programs on their own systems.

Its recipe is build/github/launcher.yml. GitHub reads `${{ }}` wherever it stands: what holds one is refused,
and every other value gets in through a filter that names the language it is for.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from launcher import __version__
from launcher.errors import BuildError, UsageError
from launcher.packager import formats, plan
from launcher.packager.escaping import FILTERS, Escaped
from launcher.packager.plan import Plan
from launcher.packager.platforms import LINUX, MACOS, WINDOWS
from launcher.packager.recipes import environment_of
from launcher.project.requirements import requirements

FILE = Path(".github") / "workflows" / "launcher.yml"
MARK = "# Written by `launcher ci github`; it is written anew as long as nobody changes it. "
NAME = "flask-launcher"
# Images that GitHub keeps for a year to come, or nearly: Ubuntu 22.04 until April 2027, Macs with Intel's
# processors until August 2027. Each is the oldest of its system.
SYSTEMS = (
    ("windows-x86_64", WINDOWS, "windows-latest", ".venv/Scripts/python"),
    ("macos-arm64", MACOS, "macos-15", ".venv/bin/python"),
    ("macos-x86_64", MACOS, "macos-15-intel", ".venv/bin/python"),
    ("linux-x86_64", LINUX, "ubuntu-22.04", ".venv/bin/python"),
)
# What is handed over on each system, of that which this launcher makes.
WANTED = {WINDOWS: ("setup", "zip"), MACOS: ("zip", "dmg"), LINUX: ("tar.gz", "deb")}
EXTRAS = ("qt", "gtk")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow that was written, and the names of the secrets that it asks the repository for."""

    place: Path
    secrets: tuple[str, ...]


def write(options: plan.Options, directory: Path | None = None) -> Workflow:
    """Write the workflow of a project into its repository; raises BuildError where another's stands."""
    made = plan.make(options)
    top = directory or _repository(made.root)
    if not made.root.is_relative_to(top):
        raise UsageError(
            f"{made.root} is not in {top}.", "DIR is the folder of the repository that the project is in."
        )
    place = top / FILE
    refuse_foreign(place)
    text = text_of(made, made.root.relative_to(top).as_posix())
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(f"{place.name}.part")
    part.write_text(text, encoding="utf-8", newline="\n")
    os.replace(part, place)
    asked = set(re.findall(r"\$\{\{ secrets\.(\w+) \}\}", text))
    return Workflow(place, tuple(sorted(asked)))


def text_of(made: Plan, folder: str) -> str:
    """Return the workflow of a project that lies in `folder` of its repository."""
    body = _environment().get_template("launcher.yml").render(_values(made, folder))
    return f"{MARK}{_digest(body)}\n{body}"


def refuse_foreign(place: Path) -> None:
    """Raise where a workflow stands that we did not write, or that somebody has changed since."""
    if not os.path.lexists(place):
        return
    words = "" if place.is_symlink() or not place.is_file() else place.read_text("utf-8", "replace")
    first, _, body = words.partition("\n")
    if first == f"{MARK}{_digest(body)}":
        return
    why = "was changed since it was written" if first.startswith(MARK) else "was not written by the launcher"
    raise BuildError(f"{place} {why}.", "Move it away, and compare the new one with it.")


def _values(made: Plan, folder: str) -> Mapping[str, Any]:
    config, version = made.config, f"{NAME}=={__version__}"
    python = ".".join(str(part) for part in made.interpreter.version[:2])
    extra = f"[{made.webview.kind}]" if made.webview.kind in EXTRAS else ""
    systems = [
        {"target": target, "runner": runner, "python": python_of, "formats": " ".join(_formats(system))}
        for target, system, runner, python_of in SYSTEMS
    ]
    values = {
        "folder": folder,
        "python": python,
        "systems": systems,
        "installs": [Escaped(words) for words in _installs(made.root)],
        "launcher": f"{NAME}{extra}=={__version__}",
        "plain": version,
        "setup": "setup" in _formats(WINDOWS),
        "laid": list(_laid(made)),
        "passed": list(_passed(made)),
        "identity": bool(config.sign_macos.identity),
        "notary": config.sign_macos.notary_profile or "",
        "key": bool(config.sign_sums.key),
        "tarball": f"{folder}/artifacts.tar",
        "dist": f"{folder}/dist",
    }
    _refuse_expressions(values)
    return values


def _formats(system: str) -> tuple[str, ...]:
    return tuple(name for name in WANTED[system] if name in formats.FORMATS)


def _installs(root: Path) -> Iterator[str]:
    """Yield what pip is to install, as the project declares it: its lists, and what stands elsewhere."""
    declared = requirements(root)
    lists = dict.fromkeys(one.file for one in declared if one.line is not None)
    yield from (f"--requirement {shlex.quote(file)}" for file in lists)
    rest = [one.text for one in declared if one.line is None]
    if rest:
        yield " ".join(map(shlex.quote, rest))


def _laid(made: Plan) -> Iterator[Mapping[str, str]]:
    """Yield the files that signing needs and no repository should hold, with the secrets that hold them."""
    signing = made.config.sign_windows
    for place, secret in (
        (signing.certificate, "LAUNCHER_CERTIFICATE"),
        (signing.key, "LAUNCHER_CERTIFICATE_KEY"),
    ):
        if place and not (made.root / place).exists():
            yield {"secret": secret, "place": Path(place).as_posix()}


def _passed(made: Plan) -> Iterator[str]:
    """Yield the variables that signing reads, each of which is a secret of the same name."""
    name = made.config.sign_windows.password_env
    if name is None:
        return
    if not _VARIABLE.fullmatch(name) or name.upper().startswith("GITHUB_"):
        raise UsageError(
            f"sign.windows.password-env is {name!r}, which GitHub takes for no secret's name.",
            "Choose letters, digits and underscores, such as SIGNING_PASSWORD.",
        )
    yield name


def _refuse_expressions(values: object) -> None:
    if isinstance(values, Mapping):
        values = list(values.values())
    if isinstance(values, list):
        for value in values:
            _refuse_expressions(value)
    elif isinstance(values, str) and ("${{" in values or "\n" in values):
        raise UsageError(
            f"{values!r} cannot stand in a workflow: GitHub would read more into it than is there.",
            "Give that file, folder or setting a plainer name.",
        )


def _repository(root: Path) -> Path:
    """Return the nearest folder above a project that git keeps, else the project's own."""
    return next((place for place in (root, *root.parents) if (place / ".git").exists()), root)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _environment() -> jinja2.Environment:
    # Both GitHub and shells have braces and angles of their own.
    return environment_of(
        "github",
        FILTERS,
        block_start_string="[%",
        block_end_string="%]",
        variable_start_string="[[",
        variable_end_string="]]",
        comment_start_string="[#",
        comment_end_string="#]",
    )
