"""A session key for an app that has none: one per user, kept, so that nobody is logged out by a restart."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any


def provide(app: Any, path: Path) -> None:
    """Give a Flask app without a `SECRET_KEY` the key kept at `path`, which only its owner can read."""
    config = getattr(app, "config", None)
    if config is None or not hasattr(app, "secret_key") or app.secret_key:
        return
    app.secret_key = _kept(path)


def _kept(path: Path) -> str:
    with suppress(FileNotFoundError):
        if key := path.read_text(encoding="ascii"):
            return key
    # Whole or absent: a key cut short by a crash or a full disk would stay.
    key, part = secrets.token_urlsafe(32), path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key)
    part.replace(path)
    return key
