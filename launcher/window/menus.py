"""The menu of a window whose app may be shared; all others have none, for it would be an empty bar.

pywebview draws it: on macOS in the bar of the screen, elsewhere in one above the page. What it leads to is
the program's to say. Its item is never switched off: what cannot be done yet is done as soon as it can be.
"""

from __future__ import annotations

import threading

from webview.menu import Menu, MenuAction

from launcher.window import Opening

SHARE, SHARE_HERE = "Share", "Share on this Wi-Fi…"


def menu_of(opening: Opening) -> list[Menu]:
    """Return the menus of the app's window."""
    return [Menu(SHARE, [MenuAction(SHARE_HERE, lambda: share(opening))])] if opening.shares else []


def share(opening: Opening) -> None:
    """Ask for the page to share by; not here, for this may be the window's own thread."""
    threading.Thread(target=opening.asked, args=("share",), daemon=True).start()
