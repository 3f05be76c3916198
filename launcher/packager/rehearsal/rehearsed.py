"""The inside of a rehearsal: a backend in the project's own interpreter that notes what the app is and does.

It runs from source only and sees the launcher's runtime and the standard
library, nothing of the workshop's own dependencies.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from launcher import backend
from launcher.loading.recording import Recorder, after_import
from launcher.packager.rehearsal.auditing import Audit
from launcher.packager.rehearsal.noting import Place
from launcher.serving import adapting

ORDER = "LAUNCHER_REHEARSAL"
METHODS = {"GET"}


class RehearsedBackend(backend.Backend):
    """A backend that writes down what the app is, and what it does from its first line on."""

    def run(self) -> int:
        """Serve as usual, with the audit installed."""
        order = json.loads(os.environ.pop(ORDER))
        self._facts = Path(order["facts"])
        folders = {key: tuple(order[key]) for key in ("closed", "free", "ours")}
        self._audit = Audit(Place(order["events"], order["root"], order["scratch"], **folders))
        self._known: dict[str, Any] = {"routes": [], "static": [], "kind": "", "calls": []}
        # What start-up files of the environment import is no part of the app. Compared as objects: the
        # app's own Waitress has the name of ours.
        self._before = dict(sys.modules)
        self._pid = os.getpid()
        self._audit.install()
        try:
            return super().run()
        finally:
            self._save()

    def may_be_shared(self) -> bool:
        """Share with nobody, and bring nothing of it along."""
        return False

    def _load(self, root: Path, recorder: Recorder, answer: Callable[[Any], None]) -> Any:
        # Nobody wants a rehearsal to open pages in his browser.
        after_import({"webbrowser": self._keep_browser_shut})
        return super()._load(root, recorder, answer)

    def _keep_browser_shut(self, module: ModuleType) -> None:
        def show(url: str, *args: Any, **kwargs: Any) -> bool:
            self._audit.tell("page", str(url))
            return True

        for name in ("open", "open_new", "open_new_tab"):
            setattr(module, name, show)

    def _obey(self, message: dict[str, Any]) -> None:
        if message["command"] == "where":
            self.channel.send({"event": "where", "place": self._place()})
        else:
            super()._obey(message)

    def _place(self) -> str:
        """Return the line of the project that the main thread is at."""
        frame = sys._current_frames().get(threading.main_thread().ident or 0)
        root = self.order.root + os.sep
        for one in reversed(traceback.extract_stack(frame)):
            if one.filename.startswith(root):
                return f"{one.filename[len(root) :]}, line {one.lineno}: {one.line}"
        return ""

    def loaded(self, app: Any, recorder: Recorder, root: Path) -> None:
        """Note the routes and static files of a Flask app."""
        self._known["kind"] = f"{type(app).__module__}.{type(app).__qualname__}"
        self._known["calls"] = [call.name for call in recorder.calls]
        if os.getpid() != self._pid:
            # A forked child goes on with the import, but the server's threads stayed where they were.
            self._audit.mark("forked")
        flask_app = next(adapting.flask_apps(app), None)
        if flask_app is not None:
            self._known["routes"] = _routes(flask_app)
            self._known["static"] = _static_files(flask_app)
        self._save()

    def _save(self) -> None:
        self._known["modules"] = _modules(self._before)
        part = self._facts.with_name(self._facts.name + ".part")
        part.write_text(json.dumps(self._known), encoding="utf-8")
        part.replace(self._facts)


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


def _modules(before: dict[str, ModuleType]) -> list[str]:
    fresh = [module for name, module in list(sys.modules.items()) if before.get(name) is not module]
    files = (getattr(module, "__file__", None) for module in fresh)
    return sorted({file for file in files if isinstance(file, str)})


def main() -> None:
    """Serve the ordered app as a rehearsal. Never returns."""
    backend.Backend = RehearsedBackend  # type: ignore[misc]
    backend.main()
