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
from launcher.project.target import Target
from launcher.recording import Recorder

# What other frameworks call the object that a server is given.
WSGI_NAMES = ("application", "app")


def load(target: Target, root: Path, recorder: Recorder) -> Callable[..., Any]:
    """Return the WSGI app of `target` in the project at `root`.

    The user's exceptions pass through as they are; BrokenProject says that the
    code ran, but there is no app in it.
    """
    import_root = str((root / target.path).resolve())
    if import_root not in sys.path:
        sys.path.insert(0, import_root)
    if target.script is not None:
        module = _run_script(root / target.script)
    else:
        assert target.module is not None
        importlib.import_module(target.module)
        module = sys.modules[target.module]
    return _application(module, target, recorder)


def _run_script(path: Path) -> ModuleType:
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
    return module


def _application(module: ModuleType, target: Target, recorder: Recorder) -> Callable[..., Any]:
    if target.attribute is None and recorder.app is not None:
        found = recorder.app
    elif _is_flask_imported():
        found = _locate_as_flask(module, target.attribute) or recorder.app
    else:
        found = _locate(module, target.attribute) or recorder.app
    if found is None or not callable(found):
        raise BrokenProject(
            f"{target.spec} ran, but no app came out of it.",
            "Name it as module:attribute, for example: launcher run app:app",
        )
    return found  # type: ignore[no-any-return]


def _is_flask_imported() -> bool:
    return "flask" in sys.modules


def _locate_as_flask(module: ModuleType, attribute: str | None) -> Any:
    """Ask Flask's own locator; fall back to plain names for an app that is not Flask's."""
    from flask.cli import NoAppException, find_app_by_string, find_best_app

    try:
        if attribute is None:
            return find_best_app(module)
        return find_app_by_string(module, attribute)
    except NoAppException as error:
        plain = None if _lacks_arguments(error, module, attribute) else _locate(module, attribute)
        if plain is not None:
            return plain
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
    if not inspect.isfunction(found):
        return False
    try:
        inspect.signature(found).bind(None, None)
    except TypeError:
        return True
    return False
