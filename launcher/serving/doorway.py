"""One app's doorway, put together: its port, who may come in, and the server that answers there."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from launcher.control import Message, Order
from launcher.paths import AppFolders
from launcher.project.manifest import Manifest
from launcher.serving import adapting, bodies, door, pages, single
from launcher.serving.callbacks import Callbacks
from launcher.serving.cookies import Apart
from launcher.serving.guard import Guard
from launcher.serving.policy import Allowances, Policy
from launcher.serving.port import bind, usual_port
from launcher.serving.server import Server

if TYPE_CHECKING:
    import socket
    import threading

    from launcher.sharing.sharer import Sharer

SHOWN = "shown-version"  # in the private folder: the version whose files the window's cache has


class Doorway:
    """The way to one app, open from the first moment; until the app is there, a page says that it starts."""

    def __init__(
        self, manifest: Manifest, folders: AppFolders, order: Order, send: Callable[[Message], None]
    ) -> None:
        self._manifest, self._folders, self._send = manifest, folders, send
        self._sharer: Sharer | None = None
        self._icon = None if order.icon is None else Path(order.icon)
        bound = self._bind(order.port)
        self.port: int = bound.getsockname()[1]
        settings = manifest.server
        self.policy = Policy.for_port(
            self.port,
            doors=frozenset((single.RAISE,)),
            allowances=Allowances(settings.public, settings.callbacks, settings.scripts),
        )
        self.guard = Guard(
            pages.starting(manifest.name, folders.logs / "app.log"),
            self.policy,
            pages=self._pages(),
            callbacks=Callbacks(self.policy.origin, self._show) if settings.callbacks else None,
            is_new=self._shown() != manifest.version,
        )
        self.server = Server(
            self.guard,
            bound,
            self.policy.judge,
            threads=order.threads or settings.threads,
            max_body=settings.max_body,
        )

    def open(self) -> None:
        """Answer from now on, and let a second start know where."""
        self.server.start()
        single.announce(self._folders.private, self.port, self.policy.token)
        self._send({"event": "listening", "port": self.port, "url": self.policy.entry_url()})

    def lead_to(self, app: Any, is_browser_shared: threading.Event) -> None:
        """Let the app answer from now on, and refuse the bodies that it refuses."""
        largest = bodies.largest(adapting.flask_apps(app))
        if largest is not None:
            self.server.limit_bodies(largest)
        adapted = adapting.adapt(app, self.policy.host)
        self.guard.app = Apart(adapted, self._manifest.identifier, is_browser_shared)
        if self._sharer is not None:
            self._sharer.lead_to(app)
        with suppress(OSError):
            (self._folders.private / SHOWN).write_text(self._manifest.version, encoding="utf-8")

    def allow_sharing(self) -> None:
        """Let the app's user let guests in; before the user's code, for this imports what that needs."""
        from launcher.sharing.sharer import Sharer

        self._sharer = sharer = Sharer(
            self._manifest, self._folders.private, self._send, pages.picture(self._icon)
        )
        self.guard.pages.update(sharer.pages())

    def share(self, wanted: Message) -> None:
        """Begin to share by itself, as an order says."""
        if self._sharer is not None:
            self._sharer.begin(wanted)

    def stop(self, *, reads: float, writes: float) -> int:
        """Let nobody in any more, and what is in flight finish; return how many requests were cut."""
        if self._sharer is not None:
            self._sharer.stop("Sharing has ended, for the app was closed.", asked=True)
        return self.server.stop(reads=reads, writes=writes)

    def say_ready(self) -> None:
        """Let the program know that the app answers."""
        self._send({"event": "ready", "url": self.policy.entry_url()})

    def say_entry(self) -> None:
        """Give the program an address that lets one visitor in."""
        self._send({"event": "entry", "url": self.policy.entry_url()})

    def _bind(self, wanted: int | None) -> socket.socket:
        identifier, memory = self._manifest.identifier, self._folders.private / "port"
        usual = wanted or usual_port(identifier, memory)
        bound = bind(identifier, port=wanted, memory=memory)
        port = bound.getsockname()[1]
        if port != usual:
            # Said aloud: what the app kept in the window belongs to its old address.
            sys.stderr.write(f"port {usual} is taken by another program; using port {port}\n")
        return bound

    def _pages(self) -> dict[str, Any]:
        name = self._manifest.name
        return {
            single.RAISE: door.raise_door(self._send),
            pages.CONTROL: pages.control(name),
            pages.QUIT: pages.quit_page(name, lambda: self._send({"event": "quit"})),
        }

    def _show(self, place: str) -> None:
        """Show an address of the app's in its window, and bring that forward."""
        self._send({"event": "entry", "url": f"{self.policy.entry_url()}&next={quote(place, safe='')}"})
        self._send({"event": "raise"})

    def _shown(self) -> str:
        with suppress(OSError, UnicodeDecodeError):
            return (self._folders.private / SHOWN).read_text(encoding="utf-8")
        return ""
