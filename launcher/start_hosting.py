"""Start a server for a project from its order, in the project's own interpreter.

Run by path: `python .../launcher/start_hosting.py serve.json [--check]`. The launcher is brought from where
this file lies, and Waitress from where the order says, else from the environment; the rest of the launcher's
own environment stays out of the app's sight.
"""

import importlib.util
import json
import os
import sys


def bring(name: str, folder: str) -> None:
    """Import a package from its folder."""
    spec = importlib.util.spec_from_file_location(
        name, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


def waitress_of(path: str) -> str | None:
    """Return the folder of Waitress that an order names; whatever else is wrong with it is told later."""
    try:
        with open(path, encoding="utf-8") as file:
            named = json.load(file).get("waitress")
        return os.path.join(os.path.dirname(os.path.abspath(path)), named) if named else None
    except (OSError, ValueError, AttributeError, TypeError):
        return None


def main() -> int:
    """Bring the packages along and hand over; return the exit code."""
    # Python put this file's folder first: our module names would hide the user's.
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [place for place in sys.path if os.path.abspath(place or ".") != here]
    bring("launcher", here)
    waitress = waitress_of(sys.argv[1]) if len(sys.argv) > 1 else None
    if waitress:
        bring("waitress", waitress)
    from launcher.hosting import starting

    return starting.run(os.path.abspath(__file__), sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
