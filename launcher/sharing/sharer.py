"""The one who shares: begins and ends sharing, watches over it, and tells the program of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from launcher.control import Message
from launcher.errors import LauncherError
from launcher.project.manifest import Manifest
from launcher.sharing import addresses, owner
from launcher.sharing.addresses import Address
from launcher.sharing.sharing import HOURS, MOST_HOURS, Sharing, Terms

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LOOK = 1.0  # seconds between two looks at the address and the time
REMEMBERED = "share-port"  # in the private folder
WATCHED = 2.0  # seconds: the owner's page asks every second while it is seen


class Sharer:
    """What an app's user can do about guests, who see its `picture`; `send` gets what the program is told."""

    def __init__(
        self, manifest: Manifest, private: Path, send: Callable[[Message], None], picture: str = ""
    ) -> None:
        self.manifest = manifest
        self._private, self._send, self._picture = private, send, picture
        self._lock = threading.RLock()
        self._app: Any = None
        self.sharing: Sharing | None = None
        self.why = ""  # the last sharing has ended
        self.looked = -WATCHED  # when the owner's page was last asked for

    def pages(self) -> dict[str, WSGIApplication]:
        """Return the owner's pages, by their paths."""
        return owner.pages_of(self)

    def lead_to(self, app: Any) -> None:
        """Let guests come to the app, which is there now."""
        with self._lock:
            self._app = app
            if self.sharing is not None:
                self.sharing.lead_to(app)

    def begin(self, wanted: Message) -> None:
        """Share as an order says, at the address that can only be meant."""
        found = addresses.shareable()
        chosen, why = addresses.choose(wanted.get("address"), found)
        if chosen is None:
            self._cannot(why, found)
            return
        hours = min(float(wanted.get("hours") or HOURS), MOST_HOURS)
        try:
            self.start(Terms(chosen, asks=bool(wanted.get("ask")), hours=hours))
        except (OSError, LauncherError) as error:
            self._cannot(f"The app cannot be shared at {chosen.ip}: {error}", found)

    def _cannot(self, why: str, found: tuple[Address, ...]) -> None:
        self._send(
            {"event": "unshareable", "why": why, "addresses": [[one.ip, one.interface] for one in found]}
        )

    def start(self, terms: Terms) -> None:
        """Begin to share; a sharing that goes on already is left as it is."""
        with self._lock:
            if self.sharing is not None:
                return
            memory = self._private / REMEMBERED
            self.sharing = sharing = Sharing(
                self.manifest, memory, terms, self._app, self._send, self._picture
            )
            self.why = ""
            sharing.open()
        threading.Thread(target=self._watch, args=(sharing,), name="sharing", daemon=True).start()

    def stop(self, why: str = "Sharing has ended.", *, asked: bool = False) -> None:
        """End sharing, where it goes on; `asked` is that its owner did that, and need not be told."""
        with self._lock:
            sharing, self.sharing = self.sharing, None
            if sharing is None:
                return
            self.why = why
        sharing.close()
        watched = time.monotonic() - self.looked < WATCHED
        self._send({"event": "unshared", "why": why, "asked": asked, "watched": watched})

    def _watch(self, sharing: Sharing) -> None:
        """Look after one sharing until it is over."""
        while self.sharing is sharing:
            try:
                why = sharing.look_after()
            except OSError as error:  # the system does not tell its addresses
                why = f"Sharing has ended: this computer's addresses cannot be read ({error})."
            if why:
                self.stop(why)
                return
            sharing.over.wait(LOOK)
