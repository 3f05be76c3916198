"""Calls that would start a server in the user's code are recorded, not obeyed.

A module of the table is patched right after it was imported, wherever it
comes from and whoever imports it; a module that is never imported costs nothing.
"""

from __future__ import annotations

import importlib.machinery
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.abc import Loader, MetaPathFinder
from types import ModuleType
from typing import Any

Taker = Callable[[tuple[Any, ...], dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A call that would have started a server: its name, and the app that it was given."""

    name: str
    app: Any


@dataclass(slots=True)
class Recorder:
    """What the user's code asked for while it was loaded."""

    calls: list[Call] = field(default_factory=list)

    @property
    def app(self) -> Any:
        """The app of the last recorded call, or None."""
        return self.calls[-1].app if self.calls else None


def _argument(position: int, keyword: str) -> Taker:
    def take(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return args[position] if len(args) > position else kwargs.get(keyword)

    return take


def _attribute(name: str) -> Taker:
    """Take the app from an attribute of the server object, the first argument of its method."""

    def take(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return getattr(args[0], name, None)

    return take


def _of_wsgiref(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    # It has been listening since it was made: nobody may reach the app around the guard.
    args[0].server_close()
    return getattr(args[0], "application", None)


def _of_eventlet(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    listening = args[0] if args else kwargs.get("sock")
    if listening is not None:
        listening.close()
    return args[1] if len(args) > 1 else kwargs.get("site")


def _bottle_app(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    app = args[0] if args else kwargs.get("app")
    return app if app is not None else sys.modules["bottle"].default_app()


# module -> (dotted name in it, how the app is found among the arguments)
SERVERS: dict[str, tuple[tuple[str, Taker], ...]] = {
    "flask.app": (("Flask.run", _argument(0, "self")),),
    "flask_socketio": (("SocketIO.run", _argument(1, "app")),),
    "waitress": (("serve", _argument(0, "app")),),
    "werkzeug.serving": (("run_simple", _argument(2, "application")),),
    "cheroot.server": (("HTTPServer.start", _attribute("wsgi_app")),),
    "gevent.pywsgi": (
        ("WSGIServer.serve_forever", _attribute("application")),
        ("WSGIServer.start", _attribute("application")),
    ),
    "eventlet.wsgi": (("server", _of_eventlet),),
    "wsgiref.simple_server": (("WSGIServer.serve_forever", _of_wsgiref),),
    "bottle": (("run", _bottle_app),),
}


def record(recorder: Recorder) -> None:
    """Record from now on, in modules imported already and in those to come."""
    for name, entries in SERVERS.items():
        if name in sys.modules:
            _patch(sys.modules[name], entries, recorder)
    after_import(
        {name: partial(_patch, entries=entries, recorder=recorder) for name, entries in SERVERS.items()}
    )


def after_import(actions: Mapping[str, Callable[[ModuleType], None]]) -> None:
    """Run an action on each named module as soon as it was imported."""
    sys.meta_path.insert(0, _Finder(actions))


def _patch(module: ModuleType, entries: Sequence[tuple[str, Taker]], recorder: Recorder) -> None:
    for dotted, take in entries:
        owner: Any = module
        *parents, name = dotted.split(".")
        for parent in parents:
            owner = getattr(owner, parent, None)
        if hasattr(owner, name):
            setattr(owner, name, _recorded(f"{module.__name__}.{dotted}", take, recorder))


def _recorded(name: str, take: Taker, recorder: Recorder) -> Callable[..., None]:
    def call(*args: Any, **kwargs: Any) -> None:
        recorder.calls.append(Call(name, take(args, kwargs)))

    return call


class _Finder(MetaPathFinder):
    """Let the other finders find, and put a loader that acts afterwards around theirs."""

    def __init__(self, actions: Mapping[str, Callable[[ModuleType], None]]) -> None:
        self._actions = actions

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name not in self._actions:
            return None
        for finder in sys.meta_path:
            if isinstance(finder, _Finder):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _Loader(spec.loader, self._actions[name])
                return spec
        return None


class _Loader(Loader):
    def __init__(self, inner: Loader, action: Callable[[ModuleType], None]) -> None:
        self._inner = inner
        self._action = action

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._inner.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        # The module keeps its true loader: resources and sources are asked of it.
        assert module.__spec__ is not None
        module.__spec__.loader = module.__loader__ = self._inner
        self._inner.exec_module(module)
        self._action(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)
