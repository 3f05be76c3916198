"""What nobody can open by variables, and what stays of them."""

from __future__ import annotations

import pytest

pytest.importorskip("webview", reason="pywebview is what it settles")

import webview

from launcher.window import settled


def test_variables_that_open_a_port_are_gone_and_others_stay() -> None:
    variables = {
        "QTWEBENGINE_REMOTE_DEBUGGING": "0.0.0.0:9222",
        "WEBKIT_INSPECTOR_SERVER": "127.0.0.1:1",
        "WEBKIT_INSPECTOR_HTTP_SERVER": "127.0.0.1:2",
        "QTWEBENGINE_CHROMIUM_FLAGS": "--disable-gpu --remote-debugging-port=1 --ignore-certificate-errors",
        "WEBVIEW2_ADDITIONAL_BROWSER_ARGUMENTS": "--remote-debugging-port=9222 --disable-web-security",
        "LANG": "de_DE.UTF-8",
    }
    settled.settle(variables)
    assert variables == {"QTWEBENGINE_CHROMIUM_FLAGS": "--disable-gpu", "LANG": "de_DE.UTF-8"}


def test_pywebview_opens_nothing() -> None:
    settled.settle({})
    told = webview.settings
    assert told["REMOTE_DEBUGGING_PORT"] is None
    assert told["ALLOW_FILE_URLS"] is False
    assert told["IGNORE_SSL_ERRORS"] is False
    assert told["ALLOW_DOWNLOADS"] is True
    assert webview._state["debug"] is False
    assert webview._state["ssl"] is False
