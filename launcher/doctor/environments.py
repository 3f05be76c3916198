"""Whether private environments can be made, for the freezing of players.

Not with venv and ensurepip, which Debian packs apart: uv makes them for any interpreter.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util

from launcher.doctor.finding import Finding


def examine() -> tuple[Finding, ...]:
    """Tell what would make the environment that a player is frozen in."""
    title = "Environments"
    if importlib.util.find_spec("uv") is not None:
        return (Finding(title, "ok", f"made by uv {importlib.metadata.version('uv')}"),)
    return (
        Finding(
            title, "missing", "uv is not installed beside the launcher; install flask-launcher anew"
        ),
    )
