"""The environment variables that the user's code and the programs it starts see."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, MutableMapping

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
    for name, value in settings.items():
        variables.setdefault(name, value)


def bypass_proxy(variables: MutableMapping[str, str]) -> None:
    """Keep a proxy, where one is set, from being asked for this machine's own addresses."""
    for name in ("no_proxy", "NO_PROXY"):
        entries = [entry for entry in variables.get(name, "").split(",") if entry.strip()]
        variables[name] = ",".join([*entries, *(own for own in LOOPBACK if own not in entries)])


def _is_of_bundle(value: str) -> bool:
    bundle = getattr(sys, "_MEIPASS", None)
    return bundle is not None and bundle in value
