"""Standing in for Python: an app that starts `[sys.executable, ...]` gets what it would get at home.

In a packaged program `sys.executable` is the program itself. Started by its own
backend with what a Python takes, it runs that and opens no second window. This
is also how multiprocessing starts its children.
"""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path
from typing import NoReturn

from launcher.environ import clean
from launcher.loading import certificates, sites
from launcher.loading.isolation import hide_ourselves

MARK = "_LAUNCHER_PYTHON"
FLAGS_WITH_VALUE = ("-W", "-X")


def mark(paths: list[str]) -> None:
    """Let children of this process know whose they are, and the app's import path."""
    os.environ[MARK] = os.pathsep.join([sys.executable, *paths])


def is_asked_for() -> bool:
    """Tell whether this process was started as a Python, by a backend of this very program."""
    arguments = _without_flags(sys.argv[1:])
    if arguments and _is_command(arguments[0]):
        return True
    program = os.environ.get(MARK, "").split(os.pathsep)[0]
    if not program or program != sys.executable:
        return False
    return bool(arguments) and (
        arguments[0] in ("-c", "-m", "-", "--multiprocessing-fork", "-V", "--version")
        or arguments[0].endswith((".py", ".pyw"))
    )


def run() -> NoReturn:
    """Do what Python would do with these arguments, and end."""
    certificates.provide()
    # A command of a distribution may have been started with an environment of its own.
    site = str(_site())
    known = os.environ[MARK].split(os.pathsep)[1:] if MARK in os.environ else [site]
    clean({})  # the bootloader has just pointed library paths at the bundle again
    roots = dict.fromkeys(os.path.normpath(place) for place in known if place != site)
    sites.take_in([*roots], [site] if site in known else [])
    hide_ourselves()
    arguments = _without_flags(sys.argv[1:])
    first = arguments[0]
    if first == "--multiprocessing-fork":
        from multiprocessing import spawn

        sys.argv = [sys.argv[0], *arguments]
        spawn.freeze_support()
        sys.exit(0)
    if first in ("-V", "--version"):
        sys.stdout.write(f"Python {sys.version.split()[0]}\n")
        sys.exit(0)
    if first == "-c":
        sys.argv = ["-c", *arguments[2:]]
        sys.path.insert(0, "")
        exec(compile(arguments[1], "<string>", "exec"), {"__name__": "__main__"})
    elif first == "-":
        exec(compile(sys.stdin.read(), "<stdin>", "exec"), {"__name__": "__main__"})
    elif first == "-m":
        sys.argv = arguments[1:]
        sys.path.insert(0, os.getcwd())
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        sys.path.insert(0, str(Path(first).resolve().parent))
        runpy.run_path(first, run_name="__main__")
    sys.exit(0)


def _site() -> Path:
    beside = Path(sys.executable).resolve().parent
    # A program in one file has unpacked it, an application of macOS has it among its resources.
    places = (Path(getattr(sys, "_MEIPASS", beside)), beside, beside.parent / "Resources")
    return next((place for place in places if (place / "layers").is_dir()), beside) / "layers" / "site"


def _is_command(path: str) -> bool:
    """Tell whether a path is that of a command which a distribution of this very program brought."""
    folder, name = os.path.split(path)
    return bool(folder and name) and os.path.realpath(folder) == str(_site() / sites.COMMANDS)


def _without_flags(arguments: list[str]) -> list[str]:
    """Drop the flags that come before -c, -m or the script."""
    rest = list(arguments)
    while rest and rest[0].startswith("-") and rest[0] not in ("-c", "-m", "-", "-V", "--version"):
        if rest[0].startswith("--"):
            break
        flag = rest.pop(0)
        if flag in FLAGS_WITH_VALUE and rest:
            rest.pop(0)
    return rest
