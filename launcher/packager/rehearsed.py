"""The inside of a rehearsal: a backend in the project's own interpreter that notes what the app is and does.

It runs from source only and sees the launcher's runtime and the standard
library, nothing of the workshop's own dependencies.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from launcher import backend
from launcher.recording import Recorder

FACTS = "LAUNCHER_REHEARSAL_FACTS"
METHODS = {"GET"}
# SQLite opens its files by itself, which no audit event of files tells.
OPENING = ("open", "sqlite3.connect")


class RehearsedBackend(backend.Backend):
    """A backend that writes down the app's routes, the modules it imported and the files it opened."""

    def run(self) -> int:
        """Serve as usual, noting opened files from the start and everything else at the end."""
        self._facts = Path(os.environ.pop(FACTS))
        opened: set[str] = set()
        # A hook cannot be removed, and must not fail: it sees every open of the process.
        sys.addaudithook(lambda event, values: _note(opened, event, values))
        self._known: dict[str, Any] = {"routes": [], "static": [], "kind": ""}
        # What start-up files of the environment import is no part of the app.
        self._before = frozenset(sys.modules)
        try:
            return super().run()
        finally:
            self._known["modules"] = _modules(self._before)
            self._known["opened"] = sorted(opened)
            self._save()

    def loaded(self, app: Any, recorder: Recorder, root: Path) -> None:
        """Note the routes and static files of a Flask app."""
        self._known["kind"] = f"{type(app).__module__}.{type(app).__qualname__}"
        flask_app = _flask_app(app)
        if flask_app is not None:
            self._known["routes"] = _routes(flask_app)
            self._known["static"] = _static_files(flask_app)
        self._save()

    def _save(self) -> None:
        part = self._facts.with_name(self._facts.name + ".part")
        part.write_text(json.dumps(self._known), encoding="utf-8")
        part.replace(self._facts)


def _flask_app(app: Any) -> Any:
    """Return the Flask app, also from below the usual middleware."""
    for _ in range(10):
        if hasattr(app, "url_map") and hasattr(app, "view_functions"):
            return app
        bound = getattr(app, "__self__", None)
        app = (
            bound
            if bound is not None
            else getattr(app, "app", None) or getattr(app, "wsgi_app", None)
        )
    return None


def _routes(app: Any) -> list[str]:
    """List the paths of GET routes that need no argument and belong to no other host."""
    found = set()
    for rule in app.url_map.iter_rules():
        methods = rule.methods or METHODS
        needed = set(rule.arguments) - set(rule.defaults or {})
        if "GET" in methods and not needed and not rule.subdomain and not rule.host:
            found.add(rule.rule if "<" not in rule.rule else "")
    return sorted(found - {""})


def _static_files(app: Any) -> list[str]:
    """List the paths of all files in the static folders of the app and its blueprints."""
    found = set()
    for scaffold in (app, *app.blueprints.values()):
        folder, url = scaffold.static_folder, scaffold.static_url_path
        if not folder or url is None or not os.path.isdir(folder):
            continue
        prefix = (getattr(scaffold, "url_prefix", None) or "") if scaffold is not app else ""
        for path in Path(folder).rglob("*"):
            if path.is_file():
                found.add(f"{prefix}{url}/{path.relative_to(folder).as_posix()}".replace("//", "/"))
    return sorted(found)


def _modules(before: frozenset[str]) -> list[str]:
    fresh = [module for name, module in list(sys.modules.items()) if name not in before]
    files = (getattr(module, "__file__", None) for module in fresh)
    return sorted({file for file in files if isinstance(file, str)})


def _note(opened: set[str], event: str, values: tuple[Any, ...]) -> None:
    if event not in OPENING or not values:
        return
    path = values[0]
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    if event == "sqlite3.connect" and isinstance(path, str):
        path = _of_database(path)
    if isinstance(path, str) and not path.endswith((".pyc", ".pyo")):
        opened.add(path if os.path.isabs(path) else os.path.join(os.getcwd(), path))


def _of_database(name: str) -> str:
    """Return the file that sqlite3 was told to open; in-memory names are no files and do no harm."""
    return unquote(urlsplit(name).path) if name.startswith("file:") else name


def main() -> None:
    """Serve the ordered app as a rehearsal. Never returns."""
    backend.Backend = RehearsedBackend  # type: ignore[misc]
    backend.main()
