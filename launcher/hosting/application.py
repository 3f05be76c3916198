"""The app of an order, loaded as the window's backend loads it, and put behind the front."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher.environ import clean
from launcher.errors import ConfigError
from launcher.hosting import access, places
from launcher.hosting.forwarded import Trust
from launcher.hosting.front import Front
from launcher.hosting.keys import given_key
from launcher.hosting.order import Hosting
from launcher.hosting.policy import Policy
from launcher.loading import greenlets, kinds, load, sites
from launcher.loading.isolation import hide_ourselves
from launcher.loading.recording import Recorder, record
from launcher.project import manifest as manifests
from launcher.project.manifest import Manifest
from launcher.serving.adapting import flask_apps
from launcher.serving.bodies import largest

Serve = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Project:
    """One project as a server loads it."""

    order: Hosting
    manifest: Manifest

    @classmethod
    def of(cls, order: Hosting) -> Project:
        """Read the manifest of an order; raises ConfigError."""
        try:
            return cls(order, manifests.load(Path(order.manifest)))
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise ConfigError(
                f"{order.manifest} cannot be read: {error}.", "Export the project anew."
            ) from error

    def load(self, serve: Serve | None = None) -> Any:
        """Load the user's code; a main program that starts a server calls `serve` from inside that call.

        Nothing of ours may be imported afterwards.
        """
        root, manifest = Path(self.order.root), self.manifest
        key = given_key(self.order)  # before the user's code may change directories
        clean(dict(manifest.env))
        os.chdir(root)
        kinds.provide()
        recorder = Recorder()
        record(recorder)
        greenlets.provide()
        sites.take_in([str(root)], self.order.sites)
        name = manifest.target.script or manifest.target.module or ""
        sys.argv = [str(root / name), *manifest.args]
        hide_ourselves()

        def keyed(app: Any) -> None:
            self._settle(app, key)
            if serve is not None:
                serve(app)

        app = load(manifest.target, root, recorder, serve=keyed if serve is not None else None)
        self._settle(app, key)
        return app

    def front(self, app: Any, *, leaving: threading.Event | None = None) -> Front:
        """Return the app behind what stands in front of it on every server."""
        order, settings = self.order, self.manifest.server
        policy = self.policy()
        flasks = list(flask_apps(app))
        own = largest(flasks)
        return Front(
            app,
            policy,
            self.trust(),
            max_body=order.max_body or own or settings.max_body,
            refuses_bodies=own is not None and not order.max_body,
            is_https=order.is_https,
            has_health=any(_answers(one, order.health) for one in flasks),
            log=access.to_standard_output if order.access_log else None,
            leaving=leaving or threading.Event(),
        )

    def policy(self) -> Policy:
        """Return who may talk to the app."""
        order, settings = self.order, self.manifest.server
        return Policy(
            frozenset(order.hosts),
            order.health,
            settings.callbacks,
            settings.public,
            frozenset(order.trust_origins),
        )

    def trust(self) -> Trust:
        """Return whom the headers of a proxy are believed from."""
        order = self.order
        return Trust(
            tuple(places.network(one) for one in order.proxy),
            is_behind=bool(order.behind),
            is_unix=order.place.is_unix,
            is_resolved=order.protocol == "uwsgi",
            is_https=order.is_https,
        )

    def _settle(self, app: Any, key: str) -> None:
        """Let the Flask apps have the key, and know that visitors come by https where they do."""
        for one in flask_apps(app):
            if key:
                one.secret_key = key
            if self.order.is_https:
                one.config.update(
                    SESSION_COOKIE_SECURE=True, REMEMBER_COOKIE_SECURE=True, PREFERRED_URL_SCHEME="https"
                )


def _answers(app: Any, path: str) -> bool:
    """Tell whether a Flask app has a route of exactly this path."""
    return any(rule.rule == path for rule in app.url_map.iter_rules())
