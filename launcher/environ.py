"""The environment variables that the user's code and the programs it starts see."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, MutableMapping

from launcher import host

# The bootloader of a frozen program points these at the bundle and keeps the user's values aside;
# another program started with them loads our libraries instead of its own.
LIBRARY_PATHS = (
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "LIBPATH",
    "XDG_DATA_DIRS",
    "GIO_MODULE_DIR",
)
OURS = ("QTWEBENGINEPROCESS_PATH", "QT_PLUGIN_PATH", "QML2_IMPORT_PATH", "GI_TYPELIB_PATH")
# A development server's reloader and debugger must not wake up in a packaged app.
DEVELOPMENT = (
    "FLASK_DEBUG",
    "FLASK_ENV",
    "FLASK_RUN_FROM_CLI",
    "WERKZEUG_RUN_MAIN",
    "WERKZEUG_SERVER_FD",
)
# What a terminal on a Mac has, and a program that Finder or the Dock starts has not: the places of Homebrew
# and of installers, and that texts are UTF-8. Last: the system's own programs are found first.
PLACES_ON_A_MAC = ("/opt/homebrew/bin", "/usr/local/bin")
SAY_WHICH_LETTERS = ("LC_ALL", "LC_CTYPE", "LANG")
LOOPBACK = ("127.0.0.1", "localhost")


def clean(settings: Mapping[str, str], environ: MutableMapping[str, str] | None = None) -> None:
    """Undo what freezing did to the environment, and add the project's own settings where they are unset."""
    variables = os.environ if environ is None else environ
    for name in LIBRARY_PATHS:
        kept = variables.pop(f"{name}_ORIG", None)
        if kept is not None:
            variables[name] = kept
        elif _is_of_bundle(variables.get(name, "")):
            del variables[name]
    for name in [*variables]:
        if name in DEVELOPMENT or name.startswith(("_PYI_", "_MEIPASS")) or name in OURS:
            del variables[name]
    bypass_proxy(variables)
    if host.MACOS:
        complete(variables)
    for name, value in settings.items():
        variables.setdefault(name, value)


def complete(variables: MutableMapping[str, str]) -> None:
    """Add what a Mac's terminal has set and its Finder has not; never run there."""
    path = variables.get("PATH", os.defpath).split(":")
    variables["PATH"] = ":".join([*path, *(place for place in PLACES_ON_A_MAC if place not in path)])
    if not any(variables.get(name) for name in SAY_WHICH_LETTERS):
        variables["LC_CTYPE"] = "UTF-8"


def bypass_proxy(variables: MutableMapping[str, str]) -> None:
    """Keep a proxy, where one is set, from being asked for this machine's own addresses."""
    for name in ("no_proxy", "NO_PROXY"):
        entries = [entry for entry in variables.get(name, "").split(",") if entry.strip()]
        variables[name] = ",".join([*entries, *(own for own in LOOPBACK if own not in entries)])


def _is_of_bundle(value: str) -> bool:
    bundle = getattr(sys, "_MEIPASS", None)
    return bundle is not None and bundle in value
