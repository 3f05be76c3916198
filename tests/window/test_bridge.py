"""pywebview's way from pages to Python is closed before any of its web views can take it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("webview", reason="pywebview is what it closes")

ROOT = Path(__file__).resolve().parents[2]

# Each in a process of its own: what is closed stays closed.
CLOSED = """
import webview
from launcher.window import bridge
bridge.close()
bridge.close()
from webview import util
done = []
class Api:
    def run(self, *given):
        done.append(given)
class Events:
    def __init__(self):
        self.told = []
    def __getattr__(self, name):
        return type("Event", (), {"set": lambda _: self.told.append(name)})()
class Window:
    _js_api = Api()
    _functions = {"run": _js_api.run}
    events = Events()
    def evaluate_js(self, script):
        done.append(script)
    run_js = move = evaluate_js
window = Window()
for name in ("run", "__class__.__init__", "_window.gui.os.system", "x.y.z", "pywebviewEventHandler",
             "pywebviewMoveWindow", "pywebviewAsyncCallback", "pywebviewStateUpdate", "pywebviewStateDelete"):
    assert util.js_bridge_call(window, name, ["true"], "1") is None
util.inject_pywebview("gtkwebkit2", window)
assert done == [], done
assert window.events.told == ["before_load", "loaded"]
"""
SEEN_BY_PLATFORM = """
from launcher.window import bridge
bridge.close()
import importlib
platform = importlib.import_module("webview.platforms.qt")
assert platform.js_bridge_call is bridge.refuse
assert platform.inject_pywebview is bridge.tell_loaded
"""
TOO_LATE = """
import sys, types
sys.modules["webview.platforms.edgechromium"] = types.ModuleType("webview.platforms.edgechromium")
from launcher.window import bridge
try:
    bridge.close()
except RuntimeError as error:
    assert "webview.platforms.edgechromium" in str(error)
else:
    raise AssertionError("a web view keeps what it imported")
"""
LOOKS = """
import json
from launcher.window import bridge
class Window:
    def __init__(self, answer):
        self.answer = answer
    def run_js(self, script):
        assert script == "JSON.stringify([document.title])"
        return self.answer
for value in ("a text", '"quoted"', "", None, 3, {"a": [1]}, "null"):
    once = json.dumps([value])
    for answer in (once, json.dumps(once), [value]):
        assert bridge.look(Window(answer), "document.title") == value
assert bridge.look(Window(None), "document.title") is None
assert bridge.look(Window(""), "document.title") is None
"""


@pytest.mark.parametrize(
    "code", [CLOSED, SEEN_BY_PLATFORM, TOO_LATE, LOOKS], ids=["closed", "seen", "too late", "looks"]
)
def test_bridge(code: str) -> None:
    if code is SEEN_BY_PLATFORM:
        pytest.importorskip("PySide6.QtWebEngineCore", exc_type=ImportError)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
