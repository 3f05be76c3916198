"""The file that uWSGI loads: it brings the launcher along and names the app."""

import importlib.util
import json
import os
import sys


def begin():  # type: ignore[no-untyped-def]
    """Return the app of the order that this process was started for."""
    about = json.loads(os.environ.pop("LAUNCHER_SERVE_ABOUT"))
    # uWSGI puts the folder that it was started in first.
    sys.path[:] = [place for place in sys.path if place not in ("", ".")]
    if "launcher" not in sys.modules:
        spec = importlib.util.spec_from_file_location("start_hosting", about["script"])
        starter = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
        spec.loader.exec_module(starter)  # type: ignore[union-attr]
        starter.bring("launcher", os.path.dirname(about["script"]))
    from launcher.hosting import uwsgi_worker

    return uwsgi_worker.begin(about)


application = begin()  # type: ignore[no-untyped-call]
