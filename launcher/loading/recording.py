"""Calls that would start a server in the user's code are recorded, not obeyed.

A module of the table is patched right after it was imported, wherever it
comes from and whoever imports it; a module that is never imported costs nothing.

In a main program the app is served from inside that call, as it was meant: what follows there (closing a
database, stopping a scheduler) is done when the server has ended. Elsewhere the call does nothing, as under
`flask run`.
"""

from __future__ import annotations

import importlib.machinery
import inspect
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib.abc import Loader, MetaPathFinder
from types import ModuleType
from typing import Any

from launcher.loading.serving_calls import OBEYED, SERVERS, Taker, Unstarted

PATIENCE = 1.0  # seconds for a thread that was told to serve, and has not begun


@dataclass(frozen=True, slots=True)
class Call:
    """A call that would have started a server: its name, and the app that it was given."""

    name: str
    app: Any


class Served(BaseException):
    """Ends a main program where its server would be running; like SystemExit, it is no error."""


@dataclass(slots=True)
class Recorder:
    """What the user's code asked for while it was loaded."""

    calls: list[Call] = field(default_factory=list)
    serve: Callable[[Any], None] | None = None  # what a main program's call of its server does
    _unwound: int | None = None  # the thread whose main program ends with its server
    _called: threading.Event = field(default_factory=threading.Event)

    @property
    def app(self) -> Any:
        """The app of the last recorded call that had one, or None."""
        return next((call.app for call in reversed(self.calls) if call.app is not None), None)

    def add(self, call: Call) -> None:
        """Record a call; in a main program it returns when the app has been served, and then ends it."""
        self.calls.append(call)
        self._called.set()
        if self._unwound is None:
            return
        if self.serve is not None and call.app is not None:
            self.serve(call.app)
        if threading.get_ident() == self._unwound:
            raise Served

    def wait(self) -> Any:
        """Return the app of the last call, after a moment for a thread that is about to call."""
        self._called.wait(PATIENCE)
        return self.app

    @contextmanager
    def unwinding(self, wanted: bool = True) -> Iterator[None]:
        """Run a main program as far as its server, or to its end where there is none."""
        self._unwound = threading.get_ident() if wanted else None
        try:
            yield
        except Served:
            pass
        except SystemExit:
            if self.app is None:
                raise
        finally:
            self._unwound = None


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
            original = getattr(owner, name)
            setattr(owner, name, _recorded(f"{module.__name__}.{dotted}", take, recorder, original))


def _recorded(name: str, take: Taker, recorder: Recorder, original: Any) -> Callable[..., Any]:
    is_awaited = inspect.iscoroutinefunction(original)

    def call(*args: Any, **kwargs: Any) -> Any:
        app = take(args, kwargs)
        if app is OBEYED:
            return original(*args, **kwargs)
        if isinstance(app, Unstarted):
            app.start = lambda: recorder.add(Call(name, app.application))
            return app
        recorder.add(Call(name, app))
        return _nothing() if is_awaited else None

    return call


async def _nothing() -> None:
    """Be what is awaited of a server that has ended."""


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
