"""The backend of an export: what a proxy must know of the app is asked of the app itself.

It runs in the project's own interpreter and may use only the standard library and what a backend brings.

A proxy answers for static files without asking the app. It must not, where the app would have looked at
the request first: whoever may not see a file would get it. So a folder is the proxy's only where nothing
but Flask's own view stands before it; whatever is not known to be harmless counts as a guard.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from launcher.loading.recording import Recorder
from launcher.packager.rehearsal import rehearsed
from launcher.serving import adapting

# Hooks by the package that they are in: they let every request for a static file pass as it is.
HARMLESS = frozenset(
    ("flask_wtf", "flask_session", "flask_compress", "flask_limiter", "flask_babel", "flask_login")
)
# Settings that name a folder which visitors' data goes into.
WRITTEN = re.compile(r"\w*(?:UPLOAD|MEDIA)\w*|SESSION_FILE_DIR|CACHE_DIR")


class ExportedBackend(rehearsed.RehearsedBackend):
    """A rehearsed backend that also notes what a proxy and an operator must know."""

    def loaded(self, app: Any, recorder: Recorder, root: Path) -> None:
        """Note it while everything is as the app has made it."""
        flasks = list(adapting.flask_apps(app))
        self._known["export"] = {
            "max_body": min((size for one in flasks if (size := _max_body(one))), default=None),
            "engines": sorted({text for one in flasks for text in _engines(one.config)}),
            "writes": sorted({place for one in flasks for place in _places(one, str(root))}),
            **_statics(app, flasks, str(root)),
        }
        super().loaded(app, recorder, root)


def _max_body(app: Any) -> int | None:
    size = app.config.get("MAX_CONTENT_LENGTH")
    return size if isinstance(size, int) and size > 0 else None


def _engines(config: Any) -> Iterator[str]:
    """Yield the kinds of the databases that the settings name, never an address."""
    for name, value in config.items():
        if isinstance(value, str) and isinstance(name, str) and "://" in value:
            kind = value.partition("://")[0].partition("+")[0].lower()
            if kind.isalnum() and kind not in ("http", "https", "file"):
                yield kind


def _places(app: Any, root: str) -> Iterator[str]:
    """Yield the folders of the project that the app is made to write in, as far as its settings tell."""
    named = [value for name, value in app.config.items() if isinstance(name, str) and WRITTEN.fullmatch(name)]
    if os.path.isdir(app.instance_path) or "sqlite" in _engines(app.config):
        named.append(app.instance_path)
    for value in named:
        if isinstance(value, str | os.PathLike) and "://" not in str(value):
            place = os.path.relpath(os.path.realpath(os.path.join(root, value)), os.path.realpath(root))
            if not place.startswith(".."):
                yield place.replace(os.sep, "/")


def _statics(app: Any, flasks: list[Any], root: str) -> dict[str, list[dict[str, Any]]]:
    """List the folders that a proxy may serve, and those that stay the app's with the reason."""
    served, left = [], []
    for one in flasks:
        for scaffold, endpoint in _scaffolds(one):
            url = _url_of(one, endpoint)
            if not url:
                continue
            why = _around(app, one, flasks) or _before(one, scaffold) or _beside(one, endpoint, url)
            why = why or _view(one, scaffold, endpoint) or _folder(scaffold.static_folder, url, root)
            if why:
                left.append({"url": url, "why": why})
            else:
                folder = os.path.relpath(os.path.realpath(scaffold.static_folder), os.path.realpath(root))
                age = one.config.get("SEND_FILE_MAX_AGE_DEFAULT")
                seconds = int(age.total_seconds()) if hasattr(age, "total_seconds") else age
                served.append({"url": url, "folder": folder.replace(os.sep, "/"), "age": seconds or 0})
    return {"served": served, "left": left}


def _scaffolds(app: Any) -> Iterator[tuple[Any, str]]:
    if app.static_folder:
        yield app, "static"
    for name, blueprint in app.blueprints.items():
        if blueprint.static_folder:
            yield blueprint, f"{name}.static"


def _url_of(app: Any, endpoint: str) -> str:
    """Return the beginning of a folder's addresses as the app knows it, such as /static/."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint]
    if len(rules) != 1 or not rules[0].rule.endswith("/<path:filename>") or "<" in rules[0].rule[:-15]:
        return ""
    return str(rules[0].rule.removesuffix("<path:filename>"))


def _around(app: Any, one: Any, flasks: list[Any]) -> str:
    if len(flasks) != 1 or app is not one:
        return "the app is mounted in another, which may look at requests first"
    call: Any = one.wsgi_app
    while type(call).__module__ == "werkzeug.middleware.proxy_fix":
        call = call.app  # it only reads headers
    if one.subdomain_matching or one.url_map.host_matching:
        return "the app tells hosts apart by itself"
    return "" if getattr(call, "__self__", None) is one else f"{_name(call)} stands before the app"


def _before(app: Any, scaffold: Any) -> str:
    """Name the first hook that sees a request for a static file, or its answer, and might not let it pass."""
    names = [None] if scaffold is app else [None, *_parents(scaffold.name, app)]
    for table in (app.before_request_funcs, app.after_request_funcs, app.url_value_preprocessors):
        for hook in (hook for name in names for hook in table.get(name, ())):
            if _module(hook).partition(".")[0] not in HARMLESS:
                return f"{_name(hook)} may look at every request"
    return ""


def _parents(name: str, app: Any) -> Iterable[str]:
    names = {key for key, one in app.blueprints.items() if one.name == name}
    parts = {key.rpartition(".")[0] for key in names}
    return sorted({*names, *parts} - {""})


def _beside(app: Any, endpoint: str, url: str) -> str:
    for rule in app.url_map.iter_rules():
        if rule.endpoint != endpoint and rule.rule.startswith(url):
            return f"{rule.rule} is a page of the app"
    return ""


def _view(app: Any, scaffold: Any, endpoint: str) -> str:
    """Name what answers for the files where it is not Flask's own code; a decorator takes over only names."""
    flask = os.path.join(os.path.dirname(str(sys.modules["flask"].__file__)), "")
    for call in (app.view_functions.get(endpoint), getattr(type(scaffold), "send_static_file", None)):
        code = getattr(call, "__code__", None)
        if code is None or not code.co_filename.startswith(flask):
            return f"{_name(call)} answers for the files"
    return ""


def _folder(folder: str, url: str, root: str) -> str:
    real, home = os.path.realpath(folder), os.path.realpath(root)
    if url == "/":
        return "the files lie between the app's own pages"
    if not os.path.isdir(real):
        return "the folder is not there"
    if not real.startswith(home + os.sep):
        return "the folder is not in the project"
    if any(ord(sign) < 32 or 127 <= ord(sign) < 160 or 0xD800 <= ord(sign) < 0xE000 for sign in url + real):
        return "its name holds signs that no configuration can write"
    return ""


def _module(call: Any) -> str:
    return str(getattr(call, "__module__", None) or type(call).__module__)


def _name(call: Any) -> str:
    name = getattr(call, "__qualname__", None) or type(call).__qualname__
    return f"{_module(call)}.{name}"


def main() -> None:
    """Serve the ordered app as a rehearsal for an export. Never returns."""
    rehearsed.RehearsedBackend = ExportedBackend  # type: ignore[misc]
    rehearsed.main()
