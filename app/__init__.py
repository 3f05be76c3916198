"""Studio: the Flask app that packages Flask apps.

It talks to the packager only as a child process, by JSON. Neither the packager nor any
project is ever imported here: many projects are called `app` too.
"""

from __future__ import annotations

import atexit
from collections.abc import Mapping
from pathlib import Path

from flask import Flask

from . import human
from .builds import Builds
from .children import Children
from .command import LauncherCommand
from .pages import BLUEPRINTS, errors
from .projects import Projects
from .studio import Studio


def create_app(test_config: Mapping[str, object] | None = None) -> Flask:
    """Make the Studio app; `test_config` overrides its settings."""
    settings = dict(test_config or {})
    instance = settings.pop("INSTANCE_PATH", None)
    app = Flask(__name__, instance_path=str(instance) if instance else None)
    app.config.from_mapping(
        LAUNCHER_COMMAND=None,  # a list; None = look for it
        HEARTBEAT_SECONDS=2.0,  # a gone page is noticed within two of these
        CHECK_SECONDS=180.0,
        MAX_CONTENT_LENGTH=12 * 1024 * 1024,  # the largest thing sent here is an icon
    )
    app.config.from_mapping(settings)

    instance_path = Path(app.instance_path)
    children = Children(working_folder=Path(app.root_path).parent, fallback=instance_path)
    projects_kept = Projects(instance_path / "projects.json")
    app.extensions["studio"] = Studio(
        projects=projects_kept,
        children=children,
        builds=Builds(children, projects_kept),
        command=LauncherCommand(app.config["LAUNCHER_COMMAND"], children),
        icons=instance_path / "icons",
    )
    atexit.register(children.end_all)

    human.register(app)
    errors.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
