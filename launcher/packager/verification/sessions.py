"""Whether a session cookie that one start has set is good in the next: the secret key is the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadData

from launcher.data.secret_key import OWN

KEY = "secret-key"


def verdict(
    private: Path, environ: Mapping[str, str], first: Mapping[str, str], then: Mapping[str, str]
) -> str:
    """Say what became of the session cookies of the first start in the second.

    Empty for a failure: with its key the cookies of the first start were made, and not those of the second.
    """
    keys = _keys(private, environ)
    both = [(first[name], then[name]) for name in first if name in then]
    verified = [(old, new, key) for old, new in both for key in keys if _is_signed(old, key)]
    if verified:
        good = all(_is_signed(new, key) for _, new, key in verified)
        return "accepted by the second start: it is signed with the same key" if good else ""
    if first:
        return "not compared: no cookie is signed as Flask signs its session"
    return "not compared: no page that was asked for set a cookie"


def _keys(private: Path, environ: Mapping[str, str]) -> list[str | bytes]:
    """List the keys that the app may have had: those that are kept for it, and what its environment held."""
    keys: list[str | bytes] = [value for value in environ.values() if value]
    with suppress(OSError):
        keys.append((private / KEY).read_text(encoding="ascii"))
    with suppress(OSError, ValueError):
        for note in json.loads((private / OWN).read_text(encoding="utf-8")).values():
            keys.append(note["key"] if note["is_text"] else bytes.fromhex(note["key"]))
    return keys


def _is_signed(cookie: str, key: str | bytes) -> bool:
    app = Flask("proof")
    app.secret_key = key
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    try:
        return serializer is not None and serializer.loads(cookie.strip('"')) is not None
    except (BadData, ValueError):
        return False
