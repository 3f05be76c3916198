"""Windows that pages open: those of the app's own origin are windows of ours, in the same session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from launcher.window.gtk.bindings import library
from launcher.window.gtk.pane import Pane
from launcher.window.gtk.witness import Witness

SIZE = (800, 600)


def bind(pane: Pane, bind_all: Callable[[Pane], None]) -> None:
    """Let a pane's pages open windows; `bind_all` binds them as the pane itself is bound."""
    pane.view.connect("create", lambda view, action: _create(pane, action, bind_all))


def _create(pane: Pane, action: Any, bind_all: Callable[[Pane], None]) -> Any:
    url = action.get_request().get_uri() or "about:blank"
    if not pane.leading.stays(url, from_own_page=pane.shows_own_page):
        return None
    gtk = library("Gtk")
    manager = library("WebKit2").UserContentManager()
    pane.fence.enclose(manager)
    view = library("WebKit2").WebView(related_view=pane.view, user_content_manager=manager)
    view.set_settings(pane.view.get_settings())
    view.set_background_color(pane.view.get_background_color())
    window = gtk.Window(title=pane.opening.manifest.name)
    window.set_default_size(*SIZE)
    window.add(view)
    popup = replace(pane, view=view, window=window, is_popup=True, shows_own_page=False)
    popup.witness = Witness(manager)
    bind_all(popup)
    owner = pane.window.connect("destroy", lambda _: window.destroy())

    def closed(_: Any) -> None:
        pane.window.disconnect(owner)
        pane.fence.release(manager)

    window.connect("destroy", closed)
    view.connect("ready-to-show", lambda _: _show(view, window))
    view.connect("close", lambda _: window.destroy())
    view.connect("notify::title", lambda *_: window.set_title(_title(popup)))
    return view


def _show(view: Any, window: Any) -> None:
    wanted = view.get_window_properties().get_geometry()
    if wanted.width > 0 and wanted.height > 0:
        window.resize(wanted.width, wanted.height)
    window.show_all()


def _title(pane: Pane) -> str:
    return pane.view.get_title() or pane.opening.manifest.name
