"""The colours of a window before there is anything in it: no white flash in a dark room."""

from __future__ import annotations

import os
from typing import Any

from launcher.window.colours import PAPER, PAPER_DARK
from launcher.window.gtk.bindings import library
from launcher.window.gtk.pane import Pane


def bind(pane: Pane) -> None:
    """Colour a pane as our starting page is, until a page of the app's is there."""
    gtk = library("Gtk")
    paper = PAPER_DARK if is_dark(gtk.Settings.get_default()) else PAPER
    pane.view.set_background_color(_rgba(paper))
    pane.view.set_opacity(1.0)  # pywebview hides it until something was loaded
    provider = gtk.CssProvider()
    provider.load_from_data(f"* {{ background-color: {paper}; }}".encode())
    for widget in (pane.window, pane.view.get_parent()):
        widget.get_style_context().add_provider(provider, gtk.STYLE_PROVIDER_PRIORITY_USER)

    def changed(view: Any, event: Any) -> None:
        # A page that says nothing of its background counts on white, as in any browser.
        if event == library("WebKit2").LoadEvent.FINISHED:
            view.set_background_color(_rgba(paper if pane.shows_own_page else "white"))

    pane.view.connect("load-changed", changed)


def is_dark(settings: Any) -> bool:
    """Tell whether pages find themselves in the dark, by what WebKitGTK itself goes by."""
    theme = (os.environ.get("GTK_THEME") or str(settings.props.gtk_theme_name or "")).lower()
    return bool(settings.props.gtk_application_prefer_dark_theme) or theme.endswith(("-dark", ":dark"))


def _rgba(colour: str) -> Any:
    value = library("Gdk").RGBA()
    value.parse(colour)
    return value
