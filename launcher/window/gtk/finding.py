"""A bar to find words in the page by, at the top of the window."""

from __future__ import annotations

from typing import Any

from launcher.window.gtk.bindings import library
from launcher.window.gtk.pane import Pane

MOST = 1000  # hits that are counted and marked


class Finding:
    """The bar of one pane."""

    def __init__(self, pane: Pane) -> None:
        gtk = library("Gtk")
        self._view = pane.view
        self._finder = pane.view.get_find_controller()
        self._entry = gtk.SearchEntry(width_chars=30, placeholder_text="Find in this page")
        self._count = gtk.Label()
        self.bar = gtk.SearchBar(show_close_button=True)
        self.bar.add(self._row())
        self.bar.connect_entry(self._entry)
        self.bar.connect("notify::search-mode-enabled", lambda *_: self._opened_or_closed())
        self._entry.connect("search-changed", lambda _: self._search())
        self._entry.connect("activate", lambda _: self.next())
        self._entry.connect("next-match", lambda _: self.next())
        self._entry.connect("previous-match", lambda _: self.previous())
        self._finder.connect("found-text", lambda _, count: self._say(f"{count} found"))
        self._finder.connect("failed-to-find-text", lambda _: self._say("Not found"))
        pane.view.connect("enter-fullscreen", lambda _: self.close())

    def _row(self) -> Any:
        gtk = library("Gtk")
        row = gtk.Box(spacing=6)
        row.pack_start(self._entry, False, False, 0)
        for icon, tip, action in (
            ("go-up-symbolic", "The one before", self.previous),
            ("go-down-symbolic", "The next one", self.next),
        ):
            button = gtk.Button.new_from_icon_name(icon, gtk.IconSize.BUTTON)
            button.set_tooltip_text(tip)
            button.connect("clicked", lambda _, action=action: action())
            row.pack_start(button, False, False, 0)
        row.pack_start(self._count, False, False, 6)
        row.show_all()
        return row

    def open(self) -> None:
        """Open the bar, with its words selected."""
        self.bar.set_search_mode(True)
        self._entry.grab_focus()
        self._search()

    def close(self) -> bool:
        """Close the bar; False, for whoever wants to go on after it."""
        self.bar.set_search_mode(False)
        return False

    def next(self) -> None:
        """Go to the next hit."""
        self._finder.search_next()

    def previous(self) -> None:
        """Go to the hit before."""
        self._finder.search_previous()

    def _search(self) -> None:
        options = library("WebKit2").FindOptions
        words = self._entry.get_text()
        if not words:
            self._finder.search_finish()
            self._say("")
        elif self.bar.get_search_mode():
            self._finder.search(words, options.CASE_INSENSITIVE | options.WRAP_AROUND, MOST)

    def _opened_or_closed(self) -> None:
        if not self.bar.get_search_mode():
            self._finder.search_finish()
            self._say("")
            self._view.grab_focus()

    def _say(self, words: str) -> None:
        self._count.set_text(words)


def bind(pane: Pane) -> Finding:
    """Put a bar above a pane's view, closed."""
    finding = Finding(pane)
    content = pane.window.get_child()
    pane.window.remove(content)
    column = library("Gtk").Box(orientation=library("Gtk").Orientation.VERTICAL)
    column.pack_start(finding.bar, False, False, 0)
    column.pack_start(content, True, True, 0)
    pane.window.add(column)
    return finding
