"""The menu of the right mouse button: WebKitGTK's own, without what has no place in a program."""

from __future__ import annotations

from typing import Any

from launcher.window import menus
from launcher.window.gtk.bindings import library
from launcher.window.gtk.pane import Pane

# By their names, for older versions lack some: new windows that no page asked for, the inspector,
# and addresses that mean nothing outside the program.
WITHOUT = (
    "OPEN_LINK_IN_NEW_WINDOW",
    "OPEN_IMAGE_IN_NEW_WINDOW",
    "OPEN_VIDEO_IN_NEW_WINDOW",
    "OPEN_AUDIO_IN_NEW_WINDOW",
    "OPEN_FRAME_IN_NEW_WINDOW",
    "COPY_IMAGE_URL_TO_CLIPBOARD",
    "COPY_VIDEO_LINK_TO_CLIPBOARD",
    "COPY_AUDIO_LINK_TO_CLIPBOARD",
    "INSPECT_ELEMENT",
)


def bind(pane: Pane) -> None:
    """Show a pane's menu, without some of its items."""
    pane.view.connect("context-menu", lambda view, menu, event, hit: _show(pane, menu, hit))


def _show(pane: Pane, menu: Any, hit: Any) -> bool:
    is_empty = tidy(menu)
    is_of_page = not (hit.context_is_link() or hit.context_is_image() or hit.context_is_editable())
    if not pane.opening.shares or not is_of_page or hit.context_is_selection():
        return is_empty
    gio, webkit = library("Gio"), library("WebKit2")
    action = gio.SimpleAction.new("share", None)
    action.connect("activate", lambda *_: menus.share(pane.opening))
    if not is_empty:
        menu.append(webkit.ContextMenuItem.new_separator())
    menu.append(webkit.ContextMenuItem.new_from_gaction(action, menus.SHARE_HERE, None))
    return False


def tidy(menu: Any) -> bool:
    """Take items out; True, which means no menu at all, where none is left."""
    actions = library("WebKit2").ContextMenuAction
    without = {getattr(actions, name) for name in WITHOUT if hasattr(actions, name)}
    for item in menu.get_items():
        if not item.is_separator() and item.get_stock_action() in without:
            menu.remove(item)
    _tidy_separators(menu)
    return bool(menu.get_n_items() == 0)


def _tidy_separators(menu: Any) -> None:
    """Take out separators that separate nothing any more."""
    before_is_separator = True
    for item in menu.get_items():
        if item.is_separator() and before_is_separator:
            menu.remove(item)
        else:
            before_is_separator = item.is_separator()
    last = menu.last()
    if last is not None and last.is_separator():
        menu.remove(last)
