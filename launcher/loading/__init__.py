"""From a target to the WSGI app: the user's code is imported or run here, as Flask would do it."""

from __future__ import annotations

import importlib
import importlib.machinery
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from launcher.errors import BrokenProject
from launcher.loading.recording import Recorder
from launcher.project.target import Target

# What other frameworks call the object that a server is given.
WSGI_NAMES = ("application", "app")


def load(
    target: Target, root: Path, recorder: Recorder, *, serve: Callable[[Any], None] | None = None
) -> Callable[..., Any]:
    """Return the WSGI app of `target` in the project at `root`.

    A main program that starts a server calls `serve` with the app instead, and this returns afterwards.

    The user's exceptions pass through as they are; BrokenProject says that the
    code ran, but there is no app in it.
    """
    if serve is not None:
        recorder.serve = lambda app: serve(_usable(app, target))
    import_root = str((root / target.path).resolve())
    if import_root not in sys.path:
        sys.path.insert(0, import_root)
    if target.script is not None:
        with recorder.unwinding(target.attribute is None):
            _run_script(root / target.script)
        module = sys.modules["__main__"]
    else:
        assert target.module is not None
        importlib.import_module(target.module)
        module = sys.modules[target.module]
    return _application(module, target, recorder)


def _run_script(path: Path) -> None:
    """Run a file as the main program: what it sets up under `__main__` is part of the app."""
    module = ModuleType("__main__")
    module.__file__ = str(path)
    module.__loader__ = importlib.machinery.SourceFileLoader("__main__", str(path))
    module.__builtins__ = __builtins__  # type: ignore[attr-defined]
    folder = str(path.parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    sys.argv[:1] = [str(path)]
    sys.modules["__main__"] = module
    # `from app import db` in another module must not run the file a second time.
    if path.stem.isidentifier():
        sys.modules.setdefault(path.stem, module)
    # Not by the loader, which would leave a cache beside the script as Python itself does not.
    exec(compile(path.read_bytes(), str(path), "exec", dont_inherit=True), module.__dict__)


def _application(module: ModuleType, target: Target, recorder: Recorder) -> Callable[..., Any]:
    begin = _beginning(module, target.attribute)
    found: Any = None
    if target.attribute is None and recorder.app is not None:
        found = recorder.app
    elif begin is not None:
        # Only when it has run is a factory known from a main program, which serves and gives nothing.
        with recorder.unwinding():
            found = begin()
        found = found if callable(found) else recorder.wait()
    elif "flask" in sys.modules:
        found = _locate_as_flask(module, target, recorder)
    else:
        found = _locate(module, target.attribute) or recorder.wait()
    return _usable(found, target)


def _usable(found: Any, target: Target) -> Callable[..., Any]:
    if found is None or not callable(found):
        raise _lacking(target)
    if _is_asynchronous(found):
        raise BrokenProject(
            f"{target.spec} is an ASGI app ({type(found).__module__}.{type(found).__qualname__}).",
            "The launcher serves WSGI apps: Flask, Bottle, Django's get_wsgi_application() and their like.",
        )
    return found  # type: ignore[no-any-return]


def _beginning(module: ModuleType, attribute: str | None) -> Callable[[], Any] | None:
    """Return the function or command behind an attribute that begins the app when it is called plainly."""
    name = (attribute or "").removesuffix("()")
    if not name.replace(".", "").isidentifier():
        return None
    named: Any = module
    for part in name.split("."):
        named = getattr(named, part, None)
    if _is_command(named):
        return getattr(named, "create_app", None) or named  # type: ignore[no-any-return]
    return named if inspect.isfunction(named) and _takes(named, ()) else None


def _is_command(found: Any) -> bool:
    """Tell whether this is a command of click or typer, which can be called but is no app."""
    return any(kind.__module__ in ("click.core", "typer.main") for kind in type(found).__mro__)


def _is_asynchronous(found: Any) -> bool:
    call = found if inspect.isfunction(found) else type(found).__call__
    return inspect.iscoroutinefunction(call) and not hasattr(found, "wsgi_app")


def _lacking(target: Target) -> BrokenProject:
    return BrokenProject(
        f"{target.spec} ran, but no app came out of it.",
        "Name it as module:attribute, for example: launcher run app:app",
    )


def _locate_as_flask(module: ModuleType, target: Target, recorder: Recorder) -> Any:
    """Ask Flask's own locator; fall back to plain names for an app that is not Flask's."""
    from flask.cli import NoAppException, find_app_by_string, find_best_app

    attribute = target.attribute
    try:
        if attribute is None:
            return find_best_app(module)
        return find_app_by_string(module, attribute)
    except NoAppException as error:
        plain = None if _lacks_arguments(error, module, attribute) else _locate(module, attribute)
        plain = plain or recorder.wait()
        if plain is not None:
            return plain
        if target.script is not None and attribute is None and "multiple" not in error.message:
            raise _lacking(target) from error
        raise BrokenProject(
            " ".join(str(error.message).split()),
            "Name the app as module:attribute or module:factory().",
        ) from error


def _lacks_arguments(error: Exception, module: ModuleType, attribute: str | None) -> bool:
    """Tell whether Flask could not call a factory as it was written; calling it again will not help."""
    named = getattr(module, (attribute or "").partition("(")[0], None)
    return isinstance(error.__cause__, TypeError) and _is_factory(named)


def _locate(module: ModuleType, attribute: str | None) -> Any:
    """Find a WSGI app without Flask's help: by the names that servers look for."""
    for name in (attribute,) if attribute else WSGI_NAMES:
        found = getattr(module, name.partition("(")[0], None)
        if "(" in name or _is_factory(found):
            found = eval(name if "(" in name else f"{name}()", module.__dict__)
        if callable(found):
            return found
    return None


def _is_factory(found: Any) -> bool:
    """Tell a function that makes an app from one that is an app and takes `environ, start_response`."""
    return inspect.isfunction(found) and not _takes(found, (None, None))


def _takes(function: Callable[..., Any], arguments: tuple[None, ...]) -> bool:
    """Tell whether a function can be called with as many arguments."""
    try:
        inspect.signature(function).bind(*arguments)
    except (TypeError, ValueError):
        return False
    return True
