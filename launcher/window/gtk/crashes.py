"""What happens when the process that draws a page dies."""

from __future__ import annotations

import time
from typing import Any

from launcher.window.crashing import Deaths
from launcher.window.gtk.bindings import library
from launcher.window.gtk.pane import Pane
from launcher.window.rules import OWN_PAGE


def bind(pane: Pane) -> None:
    """Load a pane's page again when its process has died, and give up when it does so again."""
    deaths = Deaths(pane.opening.manifest.name, pane.rules)

    def died(view: Any, reason: Any) -> None:
        if reason == library("WebKit2").WebProcessTerminationReason.TERMINATED_BY_API:
            return
        pane.opening.note(f"the process that drew a page ended ({reason.value_nick})")
        url = pane.url
        if pane.shows_own_page:
            view.load_html(pane.own_page, OWN_PAGE)
            return
        shown = deaths.after(url, time.monotonic())
        if shown is None:
            view.load_uri(url)
        else:
            view.load_html(shown, OWN_PAGE)

    pane.view.connect("web-process-terminated", died)
