"""All that makes a pane what it is, put on in one place: the first window's, and every later one's."""

from __future__ import annotations

from launcher.window.gtk import crashes, finding, keys, menu, navigation, permissions, popups
from launcher.window.gtk.pane import Pane


def bind(pane: Pane) -> None:
    """Bind a pane that shows nothing yet."""
    settings = pane.view.get_settings()
    settings.set_enable_developer_extras(False)
    settings.set_allow_file_access_from_file_urls(False)
    settings.set_allow_universal_access_from_file_urls(False)
    navigation.bind(pane)
    popups.bind(pane, bind)
    permissions.bind(pane)
    menu.bind(pane)
    keys.bind(pane, finding.bind(pane))
    crashes.bind(pane)
