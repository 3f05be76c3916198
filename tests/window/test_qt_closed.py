"""What is closed in the real Qt window of a project that says nothing, whatever the environment says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psutil
import pytest

pytest.importorskip("Xlib", reason="looks at windows as X shows them", exc_type=ImportError)
pytest.importorskip("PySide6.QtWebEngineCore", reason="opens Qt's window", exc_type=ImportError)

from tests.support.screens import Screen
from tests.support.windows import Window, window_of

pytestmark = pytest.mark.window

@pytest.fixture(scope="module")
def plain(screen: Screen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """A window whose project says nothing, with an environment that would open it."""
    env: dict[str, Any] = {
        "QTWEBENGINE_REMOTE_DEBUGGING": "127.0.0.1:8228",
        "QTWEBENGINE_CHROMIUM_FLAGS": "--remote-debugging-port=8229 --disable-web-security --lang=de",
    }
    with window_of(screen, tmp_path_factory.mktemp("plain"), **env) as made:
        yield made


def test_pages_find_no_way_to_python(plain: Window) -> None:
    names = ["pywebview", "qt", "QWebChannel", "external.call", "launcher", "chrome.webview"]
    for name in names:
        found = plain.run(f"(() => {{ try {{ return typeof window.{name} }} catch {{ return '' }} }})()")
        assert found in ("", "undefined"), name


def test_alert_is_the_engines_own(plain: Window) -> None:
    assert "[native code]" in plain.run("String(alert) + String(print)")


def test_nothing_listens_but_the_app(plain: Window) -> None:
    plain.run("1")
    program = psutil.Process(plain.program.process.pid)
    listening = {
        (connection.laddr.ip, connection.laddr.port)
        for process in [program, *program.children(recursive=True)]
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    origin = plain.run("location.host").rpartition(":")
    assert listening == {("127.0.0.1", int(origin[2]))}
    for process in program.children(recursive=True):
        with suppress(psutil.ZombieProcess):
            told = " ".join(process.cmdline())
            assert "remote-debugging" not in told
            assert "disable-web-security" not in told


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("a camera", "navigator.mediaDevices.getUserMedia({video: true})"),
        ("a microphone", "navigator.mediaDevices.getUserMedia({audio: true})"),
        ("a screen", "navigator.mediaDevices.getDisplayMedia({video: true})"),
        ("a place", "new Promise((yes, no) => navigator.geolocation.getCurrentPosition(yes, no))"),
        ("the clipboard", "navigator.clipboard.readText()"),
    ],
)
def test_nothing_is_granted_that_the_project_does_not_name(plain: Window, name: str, script: str) -> None:
    told = plain.run(f"{script}.then(() => 'granted', error => error.name || error.code)")
    assert told in ("NotAllowedError", "NotFoundError", "AbortError", 1), name


def test_notifications_are_denied(plain: Window) -> None:
    assert plain.run("Notification.requestPermission()") == "denied"
