"""Who leads a window: its own page, or the user, but no frame of another site in the page.

Who asks, the engine tells only the interceptor of requests. What that keeps back is followed by a page that
says so, in the place of the app's; what it leads elsewhere a page is asked about once more, and can refuse.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QUrl
from PySide6.QtWebEngineCore import QWebEngineUrlRequestInfo, QWebEngineUrlRequestInterceptor

from launcher.window.rules import Rules

FOREIGN = "http://launcher.invalid/foreign"  # never asked for: no page goes there
Kind = QWebEngineUrlRequestInfo.ResourceType


class Fence(QWebEngineUrlRequestInterceptor):
    """Leads what another site wants to show in the window to an address that no page goes to."""

    def __init__(self, rules: Rules, parent: QObject) -> None:
        super().__init__(parent)
        self._rules = rules

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        """Look at who asks for a page of the window."""
        if info.resourceType() is Kind.ResourceTypeMainFrame:
            asking = info.initiator().toString()
            if asking.startswith(("http:", "https:")) and not self._rules.is_own(asking):
                info.redirect(QUrl(FOREIGN))
