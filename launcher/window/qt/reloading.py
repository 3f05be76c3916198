"""Loading a page again, which sends no form again before the user has said so."""

from __future__ import annotations

from PySide6.QtWebEngineCore import QWebEnginePage

from launcher.window.qt import dialogs

AGAIN = (
    "To show this page again, the form that led to it has to be sent again."
    " Whatever it did then, it may do a second time."
)


def reload(page: QWebEnginePage) -> None:
    """Load what is shown again."""
    if getattr(page, "was_posted", False) and not dialogs.ask(page, AGAIN):
        return
    page.triggerAction(QWebEnginePage.WebAction.Reload)
