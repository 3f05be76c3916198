"""A fence around the app's origin: what is outside is not even asked for, where it would fill a window.

When WebKitGTK asks whether an address may be gone to, it does not say whether for the window or for a frame
in its page, in which other origins may well stand. Its content filter knows, and keeps the request from being
sent; then the window is told that its load failed, and only the window is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from launcher.window.gtk.bindings import library


class Fence:
    """The filter of all web views of one window and of those that its pages open."""

    def __init__(self, folder: Path, note: Callable[[str], None]) -> None:
        self._filter: Any = None
        self._managers: list[Any] = []
        self._folder = folder
        self._note = note
        self._origin = ""

    @property
    def stands(self) -> bool:
        return self._filter is not None

    def enclose(self, manager: Any) -> None:
        """Keep the web view of a content manager inside the fence, too."""
        self._managers.append(manager)
        if self.stands:
            manager.add_filter(self._filter)

    def release(self, manager: Any) -> None:
        """Forget a content manager whose web view is gone."""
        self._managers.remove(manager)

    def around(self, origin: str, then: Callable[[], None]) -> None:
        """Put the fence around an origin, and go on when it stands, or cannot."""
        if origin == self._origin:
            then()
            return
        self._origin = origin

        def saved(store: Any, result: Any) -> None:
            try:
                self._filter = store.save_finish(result)
            except library("GLib").Error as error:
                # Without it every other origin is sent outside, those in frames too.
                self._filter = None
                self._note(f"pages of other origins are not shown in frames ({error.message})")
            for manager in self._managers:
                manager.remove_all_filters()
                if self.stands:
                    manager.add_filter(self._filter)
            then()

        bytes_of = library("GLib").Bytes.new
        store = library("WebKit2").UserContentFilterStore.new(str(self._folder))
        store.save("origin", bytes_of(filter_around(origin)), None, saved)


def filter_around(origin: str) -> bytes:
    """Return the content filter that lets windows show one origin only."""
    rules = [_rule("^https?:", "block"), _rule(f"^{re.escape(origin)}/", "ignore-previous-rules")]
    return json.dumps(rules).encode()


def _rule(pattern: str, action: str) -> dict[str, object]:
    return {
        "trigger": {"url-filter": pattern, "resource-type": ["top-document"]},
        "action": {"type": action},
    }
