"""What happens when the process that draws a page dies."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtWebEngineCore import QWebEnginePage

from launcher.window.crashing import Deaths
from launcher.window.qt.page import Page

Status = QWebEnginePage.RenderProcessTerminationStatus


def bind(page: Page) -> None:
    """Load the page again when its process has died, and give up when it does so again."""
    deaths = Deaths(page.around.opening.manifest.name, page.around.rules)

    def died(status: QWebEnginePage.RenderProcessTerminationStatus, code: int) -> None:
        if status is Status.NormalTerminationStatus:
            return
        page.around.opening.note(f"the process that drew a page ended ({status.name}, {code})")
        url = page.url().toString()
        shown = deaths.after(url, time.monotonic())
        # Later: the engine is still busy with the one that died.
        if shown is None:
            QTimer.singleShot(0, page, lambda: page.setUrl(QUrl(url)))
        else:
            QTimer.singleShot(0, page, lambda: page.show_own(shown))

    page.renderProcessTerminated.connect(died)
