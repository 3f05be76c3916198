"""The order: all that a server needs to know to serve one project, as one value and as one JSON file.

`serve.json` is one object. `format` is 1; every other key is a field of `Hosting`, most of which may be left
out. Paths in it may be relative: they are meant from the folder that the file lies in, `bind` included.

    {
      "format": 1,
      "manifest": "launcher.json",          the app, as it is packaged
      "root": "app",                        the folder that it runs in
      "hosts": ["example.org"],             the names it answers to: exact, any port where none is given
      "server": "waitress",                 or gunicorn, or uwsgi
      "bind": "127.0.0.1:8000",             or [::1]:8000, or unix:/run/quiz/serve.sock
      "workers": 0, "threads": 0,           0 is as many as suit this machine and the app
      "behind": "",                         or nginx, or apache: a proxy is in front
      "proxy": ["127.0.0.1", "::1"],        whom its headers are believed from; a unix socket needs none
      "protocol": "http",                   or uwsgi, for uWSGI behind a proxy at a unix socket
      "plain_http": false,                  true where visitors come by http, without any https
      "trust_origins": [],                  other sites whose forms may be sent here, as https://example.net
      "max_body": 0,                        bytes; 0 is what the app says, else the manifest
      "health": "/healthz",
      "access_log": true,
      "secret_key_file": "",                its content becomes the SECRET_KEY of the Flask apps
      "sites": [],                          folders of distributions beside those of the interpreter
      "waitress": "",                       the folder of the package, where the interpreter has none
      "kept_keys": "",                      the folder of keys that are for a window alone
      "as_root": false, "sqlite_with_workers": false
    }
"""

from __future__ import annotations

import difflib
import json
import os
import re
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from launcher.errors import ConfigError
from launcher.hosting import places
from launcher.writing import write

FILE_NAME = "serve.json"
FORMAT = 1
SERVERS = ("waitress", "gunicorn", "uwsgi")
PROXIES = ("nginx", "apache")
PROTOCOLS = ("http", "uwsgi")
LOCAL = ("127.0.0.1", "::1")
ORIGIN = re.compile(r"^https?://[^/?#@\s]+$")
PATHS = ("manifest", "root", "secret_key_file", "waitress", "kept_keys")
MOST_WORKERS, MOST_THREADS = 1024, 1024


@dataclass(frozen=True, slots=True)
class Hosting:
    """One project being served, as it was ordered."""

    manifest: str
    root: str
    hosts: tuple[str, ...] = ()
    server: str = "waitress"
    bind: str = "127.0.0.1:8000"
    workers: int = 0
    threads: int = 0
    behind: str = ""
    proxy: tuple[str, ...] = LOCAL
    protocol: str = "http"
    plain_http: bool = False
    trust_origins: tuple[str, ...] = ()
    max_body: int = 0
    health: str = "/healthz"
    access_log: bool = True
    secret_key_file: str = ""
    sites: tuple[str, ...] = ()
    waitress: str = ""
    kept_keys: str = ""
    as_root: bool = False
    sqlite_with_workers: bool = False

    @property
    def place(self) -> places.Place:
        """Where it listens."""
        return places.place(self.bind)

    @property
    def is_https(self) -> bool:
        """Whether visitors come by https, which the proxy in front takes from them."""
        return bool(self.behind) and not self.plain_http

    def to_json(self) -> str:
        """Write the order as it lies in a file."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=2, ensure_ascii=False) + "\n"

    def save(self, path: Path) -> None:
        """Write the order to `path`, whole or not at all."""
        write(path, self.to_json().encode())


def load(path: Path) -> Hosting:
    """Read an order and check it; paths in it become absolute. Raises ConfigError."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"There is no file {path}.", "Name the serve.json of an export.") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.", "Export the project anew.") from error
    if not isinstance(values, dict) or values.pop("format", None) != FORMAT:
        raise ConfigError(f"{path} is not an order of this version.", "Export the project anew.")
    return absolute(checked(values), path.parent)


def checked(values: dict[str, Any]) -> Hosting:
    """Make an order of values that came from outside; raises ConfigError."""
    known = {field.name: field for field in fields(Hosting)}
    for name in values:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            raise ConfigError(
                f"There is no {name!r} in an order.",
                f"Did you mean {near[0]!r}?" if near else "Leave it out.",
            )
    for name in ("manifest", "root"):
        if not values.get(name):
            raise ConfigError(f"The order lacks {name!r}.", "Export the project anew.")
    made = {name: _of_type(name, str(known[name].type), value) for name, value in values.items()}
    return checked_order(Hosting(**made))


def checked_order(order: Hosting) -> Hosting:
    """Return an order whose values are possible, its hosts as they are compared; raises ConfigError."""
    _one_of("server", order.server, SERVERS)
    _one_of("behind", order.behind, ("", *PROXIES))
    _one_of("protocol", order.protocol, PROTOCOLS)
    _within("workers", order.workers, MOST_WORKERS)
    _within("threads", order.threads, MOST_THREADS)
    _within("max_body", order.max_body, 1 << 50)
    if not order.health.startswith("/") or not order.health.isprintable():
        raise ConfigError(f"'health' is {order.health!r}, which is no path.", "Let it begin with a slash.")
    for origin in order.trust_origins:
        if not ORIGIN.match(origin):
            raise ConfigError(
                f"{origin!r} is not the origin of a site.", "Write scheme and host, as https://example.net."
            )
    for proxy in order.proxy:
        places.network(proxy)
    where = order.place
    if order.protocol == "uwsgi" and not (order.server == "uwsgi" and order.behind and where.is_unix):
        raise ConfigError(
            "The uwsgi protocol lets whoever speaks it say who he is and which code is to be loaded.",
            "Use it with --server uwsgi, behind a proxy, and at a unix socket alone.",
        )
    hosts = dict.fromkeys(places.host(one) for one in order.hosts)
    return replace(order, bind=where.text, hosts=tuple(hosts))


def absolute(order: Hosting, folder: Path) -> Hosting:
    """Return an order whose paths are meant from `folder`."""
    changed: dict[str, Any] = {
        name: _path(getattr(order, name), folder) for name in PATHS if getattr(order, name)
    }
    changed["sites"] = tuple(_path(site, folder) for site in order.sites)
    if order.place.is_unix:
        changed["bind"] = places.UNIX + _path(order.place.path, folder)
    return replace(order, **changed)


def _path(text: str, folder: Path) -> str:
    return os.path.abspath(os.path.join(folder, text))


def _of_type(name: str, wanted: str, value: Any) -> Any:
    if wanted.startswith("tuple"):
        if isinstance(value, list | tuple) and all(isinstance(one, str) and one for one in value):
            return tuple(value)
    elif type(value).__name__ == wanted:  # exactly: True is no number
        return value
    said = {"str": "a text", "int": "a number", "bool": "true or false"}.get(wanted, "a list of texts")
    raise ConfigError(f"{name!r} in an order is {said}, not {value!r}.", "Correct it, or export anew.")


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        choice = ", ".join(repr(one) for one in allowed if one)
        raise ConfigError(f"{name!r} in an order is {value!r}.", f"Choose one of {choice}.")


def _within(name: str, value: int, most: int) -> None:
    if not 0 <= value <= most:
        raise ConfigError(f"{name!r} in an order is {value}.", f"Choose a number from 0 to {most}.")
