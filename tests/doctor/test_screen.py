"""Fonts and displays."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher import host
from launcher.doctor import screen


def test_a_font_is_found_in_any_depth(tmp_path: Path) -> None:
    folder = tmp_path / "truetype" / "deep"
    folder.mkdir(parents=True)
    (folder / "Some.TTF").touch()
    finding = screen.fonts([tmp_path / "absent", tmp_path])
    assert (finding.state, finding.detail) == ("ok", str(folder))


def test_folders_without_fonts_are_mended_by_fonts(tmp_path: Path) -> None:
    (tmp_path / "fonts.conf").touch()
    finding = screen.fonts([tmp_path, tmp_path / "absent"])
    assert (finding.state, finding.needs) == ("missing", ("fonts",))


@pytest.mark.skipif(not host.LINUX, reason="elsewhere there is a desktop")
def test_a_machine_without_display_can_still_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert screen.examine()[0].state == "optional"
    monkeypatch.setenv("DISPLAY", ":7")
    assert (screen.examine()[0].state, screen.examine()[0].detail) == ("ok", ":7")
