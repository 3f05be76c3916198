"""Printing: as a PDF, which the machine's own viewer opens and prints."""

from __future__ import annotations

import webbrowser
from pathlib import Path

from PySide6.QtWebEngineCore import QWebEnginePage

from launcher.window.qt.page import Page

PRINTED = "printed.pdf"


def bind(page: Page) -> None:
    """Let a page print by itself."""
    page.printRequested.connect(lambda: print_page(page))
    page.pdfPrintingFinished.connect(_open)


def print_page(page: QWebEnginePage) -> None:
    """Write a page into a PDF and open it."""
    assert isinstance(page, Page)
    page.printToPdf(str(page.around.opening.folders.private / PRINTED))


def _open(path: str, is_whole: bool) -> None:
    if is_whole:
        webbrowser.open(Path(path).as_uri())
