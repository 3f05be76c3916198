"""What is looked at in a loaded app before the world is let in: its key, its debugger, its database.

Each finding says what is the matter and what to do, and keeps the server from starting.
"""

from __future__ import annotations

import hashlib
import math
import os
import secrets
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from launcher.hosting.order import Hosting
from launcher.hosting.sources import Sources
from launcher.serving.adapting import flask_apps

SALT = "LAUNCHER_SERVE_SALT"  # in the environment of our own processes alone
SHORTEST, LEAST_BITS = 16, 48  # characters; bits that the letters of a key are worth together
COMMON = ("secret", "password", "changeme", "change-me", "development", "example", "your-")
EXTENSIONS = ("login_manager", "csrf", "security", "flask-jwt-extended", "oauthlib.client", "session")
SQLITE_SUFFIXES = (".db", ".sqlite", ".sqlite3", ".db3")
HOW = (
    "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(32))' and give it with"
    " --secret-key-file FILE, or in the environment as SECRET_KEY."
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a server from starting, and what to do about it."""

    message: str
    todo: str


@dataclass(slots=True)
class Examination:
    """What was found in a loaded app."""

    problems: list[Problem] = field(default_factory=list)
    sqlite: str = ""  # the database file or setting, where the app keeps something in SQLite
    key: str = ""  # proof of the app's keys, to be compared with that of another process


class Watch:
    """Notes which SQLite databases are opened while the app is loaded."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        sys.addaudithook(self._note)

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "sqlite3.connect":
            with suppress(Exception):
                name = os.fsdecode(arguments[0])
                if name and ":memory:" not in name:
                    self.opened.append(name)


def examine(app: Any, order: Hosting, watch: Watch, salt: str) -> Examination:
    """Look at a loaded app; `salt` is what makes its proofs of keys comparable."""
    found = Examination()
    flasks = list(flask_apps(app))
    sources = Sources(Path(order.root))
    for one in flasks:
        found.problems += _of_key(one, order, sources)
    found.problems += _of_debugging(app, flasks)
    found.sqlite = _sqlite(flasks, watch, Path(order.root))
    if found.sqlite and order.workers > 1 and not order.sqlite_with_workers:
        found.problems.append(
            Problem(
                f"The app keeps its data in SQLite ({found.sqlite}), and {order.workers} processes would"
                " write to it.",
                "Use one process with more threads (--workers 1), another database, or say that it is meant"
                " with --sqlite-with-workers.",
            )
        )
    found.key = proof([one.secret_key for one in flasks], salt)
    return found


def proof(keys: Iterable[str | bytes | None], salt: str) -> str:
    """Return what is the same for the same keys, and tells nobody which they are."""
    digest = hashlib.sha256(salt.encode())
    for key in keys:
        digest.update(hashlib.sha256(_bytes(key)).digest())
    return digest.hexdigest()


def new_salt() -> str:
    """Return a salt for the proofs of one start."""
    return secrets.token_hex(16)


def changing_key() -> Problem:
    """Return what is said of an app whose processes do not have the same key."""
    return Problem(
        "The app makes itself another SECRET_KEY at every start: each restart, and every second request with"
        " several processes, would log everybody out.",
        HOW,
    )


def _of_key(app: Any, order: Hosting, sources: Sources) -> Iterator[Problem]:
    key = app.secret_key
    if not key:
        if _has_sessions(app, order):
            yield Problem(f"The app {app.import_name!r} uses sessions and has no SECRET_KEY.", HOW)
        return
    text = os.fsdecode(key) if isinstance(key, bytes) else str(key)
    if text in _kept_keys(order):
        yield Problem("The SECRET_KEY is the one that a packaged program keeps for its user's window.", HOW)
    elif why := _guessable(text):
        yield Problem(f"The SECRET_KEY can be guessed: {why}. Whoever has it can sign in as anybody.", HOW)
    elif place := sources.place_of(text):
        yield Problem(f"The SECRET_KEY stands in {place}, which is copied with the project.", HOW)
    elif text not in os.environ.values() and not order.secret_key_file and sources.place_of_random_key():
        yield changing_key()


def _guessable(key: str) -> str:
    """Return why a key is no secret; nothing for one that may be."""
    if len(key) < SHORTEST:
        return f"it has {len(key)} characters"
    if word := next((one for one in COMMON if one in key.lower().replace("_", "-")), ""):
        return f"it contains {word!r}"
    counts = Counter(key)
    bits = -sum(count * math.log2(count / len(key)) for count in counts.values())
    return "" if bits >= LEAST_BITS else "it is too regular"


def _kept_keys(order: Hosting) -> set[str]:
    """Return the keys that are for a window alone."""
    found = set[str]()
    if order.kept_keys:
        with suppress(OSError, UnicodeDecodeError):
            found.add((Path(order.kept_keys) / "secret-key").read_text(encoding="ascii"))
    return found - {""}


def _has_sessions(app: Any, order: Hosting) -> bool:
    """Tell whether an app signs something: by what it imports from Flask, or what is installed into it."""
    if any(name in app.extensions for name in EXTENSIONS):
        return True
    flask = sys.modules.get("flask")
    signed = [getattr(flask, name, None) for name in ("session", "flash")]
    for module in list(sys.modules.values()):
        place = getattr(module, "__file__", None) or ""
        if place.startswith(order.root):
            values = list(vars(module).values())
            if any(value is one for one in signed if one is not None for value in values):
                return True
    return False


def _of_debugging(app: Any, flasks: Iterable[Any]) -> Iterator[Problem]:
    if any(type(one).__module__ == "werkzeug.debug" for one in _layers(app)):
        yield Problem(
            "Werkzeug's debugger is wrapped around the app: it lets visitors run code here.",
            "Leave DebuggedApplication out where the app is served.",
        )
    for one in flasks:
        if one.debug or one.config.get("DEBUG"):
            yield Problem(
                f"The app {one.import_name!r} is in debug mode.",
                "Leave debug = True and DEBUG out of its code and its settings.",
            )


def _layers(app: Any) -> Iterator[Any]:
    """Yield an app and what it is wrapped around."""
    waiting, seen = [app], set[int]()
    while waiting and len(seen) < 50:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [getattr(one, name, None) for name in ("__self__", "wsgi_app", "app", "application")]


def _sqlite(flasks: Iterable[Any], watch: Watch, root: Path) -> str:
    """Return where the app keeps data in SQLite; nothing where no sign of it is found."""
    if watch.opened:
        return watch.opened[0]
    for app in flasks:
        uris = [app.config.get("SQLALCHEMY_DATABASE_URI"), *_binds(app.config.get("SQLALCHEMY_BINDS"))]
        for uri in map(str, filter(None, uris)):
            if uri.startswith("sqlite") and uri not in ("sqlite://", "sqlite:///:memory:"):
                return uri
        if "sqlite3" in sys.modules:
            for value in app.config.values():
                if isinstance(value, str | Path) and str(value).endswith(SQLITE_SUFFIXES):
                    return str(value)
    if "sqlite3" not in sys.modules:
        return ""
    folders = [root, root / "instance", *(Path(app.instance_path) for app in flasks)]
    return next((str(file) for folder in folders for file in _databases(folder)), "")


def _binds(binds: Any) -> list[Any]:
    values = binds.values() if isinstance(binds, dict) else ()
    return [value.get("url") if isinstance(value, dict) else value for value in values]


def _databases(folder: Path) -> Iterator[Path]:
    with suppress(OSError):
        for file in sorted(folder.iterdir()):
            if file.suffix in SQLITE_SUFFIXES and file.is_file():
                yield file


def _bytes(key: str | bytes | None) -> bytes:
    return key if isinstance(key, bytes) else (key or "").encode("utf-8", "surrogateescape")
