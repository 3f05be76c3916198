"""What is settled for every window: nothing of it can be opened by a page, nor by who sets variables."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping

import webview

SETTINGS = {
    "ALLOW_DOWNLOADS": True,
    "ALLOW_FILE_URLS": False,
    "IGNORE_SSL_ERRORS": False,
    "OPEN_DEVTOOLS_IN_DEBUG": False,
    "REMOTE_DEBUGGING_PORT": None,
}
# Each of them opens a port that asks nobody who comes.
PORTS = ("QTWEBENGINE_REMOTE_DEBUGGING", "WEBKIT_INSPECTOR_SERVER", "WEBKIT_INSPECTOR_HTTP_SERVER")
# In these some machines need what helps their drivers, so that only what opens a window to others goes.
ARGUMENTS = ("QTWEBENGINE_CHROMIUM_FLAGS", "WEBVIEW2_ADDITIONAL_BROWSER_ARGUMENTS")
OPENING = (
    "--remote-debugging",
    "--remote-allow-origins",
    "--ignore-certificate-errors",
    "--disable-web-security",
    "--allow-file-access",
    "--auto-open-devtools",
)


def settle(variables: MutableMapping[str, str]) -> None:
    """Set what pywebview is to do, and take out of the environment what would open a window to others."""
    webview.settings.update(SETTINGS)
    logging.getLogger("pywebview").setLevel(logging.WARNING)
    for name in PORTS:
        variables.pop(name, None)
    for name in ARGUMENTS:
        kept = [word for word in variables.pop(name, "").split() if not word.startswith(OPENING)]
        if kept:
            variables[name] = " ".join(kept)
