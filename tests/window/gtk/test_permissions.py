"""What pages ask of the machine is denied, unless the project names it and the page is the app's own."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from launcher.project.manifest import WindowSettings
from tests.support.programs import environment

pytest.importorskip("Xlib", reason="looks at windows as X shows them", exc_type=ImportError)

from tests.support.screens import Screen
from tests.support.windows import Window

pytestmark = pytest.mark.window

LOCATION = (
    "new Promise(done => navigator.geolocation.getCurrentPosition("
    "() => done('there'), error => done(error.code), {timeout: 2000}))"
)
DENIED, UNAVAILABLE = 1, (2, 3)
NOTIFICATIONS = "Notification.requestPermission()"


def test_nothing_is_granted_that_the_project_does_not_name(window: Window) -> None:
    assert window.run(LOCATION) == DENIED
    assert window.run(NOTIFICATIONS) == "denied"
    assert window.run("navigator.permissions.query({name: 'geolocation'}).then(s => s.state)") == "denied"
    for asked in ("{video: true}", "{audio: true}"):
        error = window.run(f"navigator.mediaDevices.getUserMedia({asked}).catch(error => error.name)")
        assert error in ("NotAllowedError", "NotFoundError", "OverconstrainedError")
    assert window.run("navigator.clipboard.readText().catch(error => error.name)") == "NotAllowedError"
    assert window.run("document.execCommand('paste')") is False


def test_what_the_project_names_is_granted_and_nothing_else(open_window: Any) -> None:
    window = open_window(settings=WindowSettings(permissions=("location",)))
    assert window.run(LOCATION) != DENIED, "the machine has no idea where it is, but it was asked"
    assert window.run(NOTIFICATIONS) == "denied"


# A view of WebKitGTK's with cameras that are only played, and our answer to what its page asks.
MEDIA = """
import sys, gi
gi.require_version("Gtk", "3.0"); gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2
from launcher.window.gtk import permissions
from launcher.window.rules import Rules

granted, asked = sys.argv[1].split(), sys.argv[2]
rules = Rules(granted)
rules.admit("http://127.0.0.1:1/" if len(sys.argv) < 4 else sys.argv[3])
view = WebKit2.WebView()
settings = view.get_settings()
settings.set_enable_media_stream(True)
settings.set_enable_mock_capture_devices(True)
names = []

class Pane:
    url = "http://127.0.0.1:1/"

def decide(view, request):
    names.extend(permissions.names_of(request))
    return permissions.decide(rules, Pane.url, request)

view.connect("permission-request", decide)
view.connect("query-permission-state", lambda view, query: permissions.tell(rules, query))
window = Gtk.Window()
window.add(view)
window.show_all()
view.connect("notify::title", lambda *_: (print(view.get_title(), *names), Gtk.main_quit()))
view.load_html(f"<script>navigator.mediaDevices.getUserMedia({asked})"
    ".then(() => document.title = 'granted', error => document.title = error.name)</script>", Pane.url)
Gtk.main()
"""


@pytest.mark.parametrize(
    ("granted", "asked", "outcome"),
    [
        ("", "{video: true}", "NotAllowedError camera"),
        ("camera", "{video: true}", "granted camera"),
        ("camera", "{audio: true}", "NotAllowedError microphone"),
        ("camera", "{audio: true, video: true}", "NotAllowedError camera microphone"),
        ("camera microphone", "{audio: true, video: true}", "granted camera microphone"),
    ],
)
def test_cameras_and_microphones_are_named_one_by_one(
    python: str, screen: Screen, granted: str, asked: str, outcome: str
) -> None:
    done = subprocess.run(
        [python, "-c", MEDIA, granted, asked],
        env=environment(DISPLAY=screen.name, WAYLAND_DISPLAY="", WEBKIT_DISABLE_DMABUF_RENDERER="1"),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.strip() == outcome, done.stderr


def test_another_origin_is_granted_nothing(python: str, screen: Screen) -> None:
    done = subprocess.run(
        [python, "-c", MEDIA, "camera", "{video: true}", "http://127.0.0.1:2/"],
        env=environment(DISPLAY=screen.name, WAYLAND_DISPLAY="", WEBKIT_DISABLE_DMABUF_RENDERER="1"),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.strip() == "NotAllowedError camera", done.stderr
