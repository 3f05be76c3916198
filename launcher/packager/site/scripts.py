"""Commands that distributions bring (`alembic`, `celery`): small scripts that start the program as a Python.

They lie in `bin` of the site layer, which is first in the PATH of the packaged app, so that an app finds them
by name as it does in an activated environment. All of them do: they are small, and which of them an app
starts, and from where, cannot always be read in its code.
"""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Iterator
from pathlib import Path

from launcher import names
from launcher.packager.platforms import WINDOWS, Platform
from launcher.project import bundles
from launcher.project.environment import Distribution

FOLDER = "bin"
GROUPS = ("console_scripts", "gui_scripts")
_OBJECT = re.compile(r"([\w.]+)\s*(?::\s*([\w.]+))?\s*(?:\[.*\])?")
# The shell sees a command, Python a text: the program is found from where the script lies.
HEAD = """#!/bin/sh
'''exec' "$(CDPATH= cd -P -- "$(dirname -- "$0")/../../.." && pwd)/{program}" "$0" "$@"
' '''
"""
BODY = """import sys

from {module} import {first}

if __name__ == "__main__":
    sys.exit({called}())
"""
SHIM = '@"%~dp0..\\..\\..\\{program}" "%~dp0{script}" %*\r\n'


def commands_of(one: Distribution) -> Iterator[tuple[str, str]]:
    """Yield the name and the Python code of each command that a distribution declares."""
    table = configparser.ConfigParser(delimiters=("=",), interpolation=None, strict=False)
    table.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        table.read_string((one.metadata / "entry_points.txt").read_text("utf-8", "replace"))
    except (OSError, configparser.Error):
        return
    for group in GROUPS:
        for name, value in table.items(group) if table.has_section(group) else ():
            found = _OBJECT.fullmatch(value.strip())
            if found and found[2] and names.file_name(name) == name:
                first = found[2].partition(".")[0]
                yield name, BODY.format(module=found[1], first=first, called=found[2])


def lay_declared(one: Distribution, place: Path, app: str, platform: Platform) -> None:
    """Lay the commands that a distribution declares; `app` is the name of the packaged app."""
    for name, code in commands_of(one):
        lay_script(name, code, place, app, platform)


def lay_script(name: str, code: str, place: Path, app: str, platform: Platform) -> None:
    """Lay one command, written in Python, into a site layer."""
    program = platform.executable_name(names.file_name(app))
    folder = place / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    if platform.system == WINDOWS:
        (folder / f"{name}-script.py").write_text(code, encoding="utf-8")
        shim = SHIM.format(program=program, script=f"{name}-script.py")
        (folder / f"{name}.cmd").write_text(shim, encoding="utf-8", newline="")
        for made in (f"{name}-script.py", f"{name}.cmd"):
            os.utime(folder / made, (0, 0))
        return
    if place.parent.parent.parent.name == bundles.CONTENTS:  # an application of macOS
        program = f"../MacOS/{program}"
    script = folder / name
    script.write_text(HEAD.format(program=program) + code, encoding="utf-8")
    script.chmod(0o755)
    os.utime(script, (0, 0))  # made anew at each build, and the same each time
