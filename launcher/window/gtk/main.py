"""The first window, which pywebview builds: what it bound itself is undone, and ours is bound."""

from __future__ import annotations

import importlib
from typing import Any

from launcher.window import Opening
from launcher.window.gtk import binding, calling, dressing, keys, menubar, placing, saving
from launcher.window.gtk.fence import Fence
from launcher.window.gtk.pane import Pane
from launcher.window.gtk.witness import Witness
from launcher.window.leading import Leading
from launcher.window.rules import Rules, origin_of


class Main:
    """The binding of pywebview's window, by its object of it."""

    def __init__(self, browser: Any, opening: Opening, rules: Rules) -> None:
        self._browser = browser
        self._pane = Pane(
            view=browser.webview,
            window=browser.window,
            opening=opening,
            rules=rules,
            leading=Leading(rules, opening),
            fence=Fence(opening.folders.web_profile / "filters", opening.note),
            witness=Witness(browser.manager),
            own_page=opening.page,
        )

    def bind(self) -> None:
        """Bind it, before anything is loaded."""
        self._unbind()
        self._pane.fence.enclose(self._browser.manager)
        dressing.bind(self._pane)
        placing.follow(self._pane, self._browser.pywebview_window.events.closing)
        binding.bind(self._pane)
        if self._pane.rules.calls:
            calling.open_for(self._pane, self._browser.pywebview_window)
        saving.bind(self._pane)
        menubar.bind(self._pane)
        self._browser.toggle_fullscreen = lambda: keys.full_screen(self._pane.window)
        self._browser.load_url = self._load_url
        self._browser.load_html = self._load_html

    def _unbind(self) -> None:
        """Take away what pywebview bound, so that it decides nothing beside us."""
        browser, view = self._browser, self._pane.view
        view.disconnect_by_func(browser.on_navigation)
        view.disconnect_by_func(browser.on_drag_data)
        view.get_context().disconnect_by_func(browser.on_download_started)
        browser.manager.disconnect_by_func(browser.on_js_bridge_call)
        browser.manager.unregister_script_message_handler("jsBridge")
        # What it shows instead of a menu has no name: nothing.
        objects: Any = importlib.import_module("gi.repository.GObject")
        number = objects.signal_lookup("context-menu", view)
        kind = objects.SignalMatchType.ID
        view.disconnect(objects.signal_handler_find(view, kind, number, 0, None, None, None))

    def _load_url(self, url: str) -> None:
        view = self._pane.view
        self._pane.fence.around(origin_of(url), lambda: view.load_uri(url))

    def _load_html(self, page: str, address: str) -> None:
        self._pane.own_page = page
        self._pane.view.load_html(page, address)
