"""Whether a window could be opened is known before a web view's library ends the process over it."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from launcher import host
from launcher.window import display

pytestmark = pytest.mark.skipif(not host.LINUX, reason="elsewhere there is always a screen")

FROM_ANEW = display.is_reachable.__wrapped__


def test_nothing_named_is_nothing_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.setenv(name, "")
    assert not FROM_ANEW()
    monkeypatch.setenv("DISPLAY", ":45678")
    assert not FROM_ANEW()


def test_screen_of_wayland_is_reached_where_somebody_listens(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DISPLAY", "")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-7")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert not FROM_ANEW()
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(tmp_path / "wayland-7"))
        assert not FROM_ANEW(), "left by a session that has ended"
        compositor.listen()
        assert FROM_ANEW()


def test_screen_of_x_is_reached_where_its_server_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("Xlib", exc_type=ImportError)
    from tests.support.screens import virtual_screen

    monkeypatch.setenv("WAYLAND_DISPLAY", "")
    with virtual_screen() as screen:
        monkeypatch.setenv("DISPLAY", screen.name)
        assert FROM_ANEW()
