"""A session key that stays, so that nobody is logged out by a restart.

An app that has none gets one of its user's. An app that makes another one at each start
(`os.urandom(24)`) is found out by its second start: the same version comes with another key than it
came with before. From then on it gets its first key back. A key that is in the environment was given on
purpose and is left alone.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

OWN = "own-keys.json"  # beside the user's key: what the apps came with


def provide(apps: Iterable[Any], path: Path, *, version: str) -> None:
    """Give Flask apps without a `SECRET_KEY` the one kept at `path`, and those with a random one their first.

    Only the user can read what is kept.
    """
    known = before = _known(path.with_name(OWN))
    for app in apps:
        if not app.secret_key:
            app.secret_key = _kept(path)
        elif not _is_given(app.secret_key):
            note, app.secret_key = _steadied(known.get(app.import_name), app.secret_key, version)
            known = {**known, app.import_name: note}
    if known != before:
        _write(path.with_name(OWN), json.dumps(known))


def _is_given(key: str | bytes) -> bool:
    return (key if isinstance(key, str) else os.fsdecode(key)) in os.environ.values()


def _steadied(
    note: dict[str, Any] | None, key: str | bytes, version: str
) -> tuple[dict[str, Any], str | bytes]:
    """Return what is known of a key from now on, and the key to be used."""
    text = key if isinstance(key, str) else key.hex()
    fresh = {"version": version, "key": text, "is_text": isinstance(key, str), "is_random": False}
    if note is None or (note["version"] != version and not note["is_random"]):
        return fresh, key  # of a new version its author may have changed it
    if note["key"] == text:
        return note, key
    first = note["key"] if note["is_text"] else bytes.fromhex(note["key"])
    return {**note, "is_random": True}, first


def _known(path: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        known = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(known, dict):
            return known
    return {}


def _kept(path: Path) -> str:
    with suppress(FileNotFoundError):
        if key := path.read_text(encoding="ascii"):
            return key
    key = secrets.token_urlsafe(32)
    _write(path, key)
    return key


def _write(path: Path, text: str) -> None:
    # Whole or absent: a key cut short by a crash or a full disk would stay.
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    part.replace(path)
