"""Qt's end: what pages keep is written down only when their profile is taken apart in order."""

from __future__ import annotations

from typing import Any


def finish(window: Any) -> None:
    """Take page, profile and application of a closed window apart, which writes what is not written yet.

    Chromium keeps localStorage for up to seconds before it writes it; a process that just ends
    loses what the user did last.
    """
    import shiboken6
    from qtpy.QtWidgets import QApplication

    browser = window.native
    for part in (browser.webview.page(), browser.webview, browser.profile, QApplication.instance()):
        if part is not None and shiboken6.isValid(part):
            shiboken6.delete(part)
