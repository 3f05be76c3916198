"""What pywebview's Qt window does otherwise than ours, replaced before it is built: the only place for it."""

from __future__ import annotations

import importlib
import os
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from launcher.window import Opening, bridge
from launcher.window.leading import Leading
from launcher.window.qt import downloads
from launcher.window.qt.page import Around, Page
from launcher.window.qt.view import View
from launcher.window.rules import Rules

# pywebview would let pages use camera and microphone unasked, and on some systems switch the sandbox off.
FLAGS = "QTWEBENGINE_CHROMIUM_FLAGS"
APPLICATION: list[QApplication] = []  # it lives for as long as it is known
UNWANTED = ("--use-fake-ui-for-media-stream", "--no-sandbox")


def mend(opening: Opening, rules: Rules) -> None:
    """Put our page, view and downloads in the place of pywebview's."""
    identifier = opening.manifest.identifier
    QCoreApplication.setApplicationName(identifier)
    QGuiApplication.setDesktopFileName(identifier)  # by which desktops find the icon, and group windows
    # By its arguments Chromium could be told to open a port; those of the program are the app's.
    APPLICATION.append(QApplication([identifier]))
    before = os.environ.get(FLAGS)
    platform: Any = importlib.import_module("webview.platforms.qt")
    os.environ[FLAGS] = before or ""
    append = platform.environ_append

    def environ_append(key: str, *values: str, **options: str) -> None:
        append(key, *(value for value in values if value not in UNWANTED), **options)

    platform.environ_append = environ_append
    platform._profile_storage_path = str(opening.folders.web_profile)  # read when it was loaded: too early
    around = Around(opening, rules, Leading(rules, opening))
    saving = downloads.Downloads(opening)
    browser = platform.BrowserView
    browser.WebView = View
    browser.WebPage = lambda parent, profile: Page(profile, parent.webview, around)
    browser.on_load_finished = lambda self: bridge.tell_loaded("qt", self.pywebview_window)
    browser.on_download_requested = lambda self, request: saving.begin(request, self)
    browser.on_window_restore = _restore


def _restore(browser: Any) -> None:
    """Bring a window forward as large as it is; pywebview's own makes a maximized one small."""
    browser.setWindowState(browser.windowState() & ~Qt.WindowState.WindowMinimized)
    browser.raise_()
    browser.activateWindow()
