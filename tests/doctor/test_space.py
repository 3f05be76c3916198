"""Room for the cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher.doctor import space


def test_a_cache_that_is_not_there_yet_has_the_room_of_its_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(space, "WANTED", 1)
    (finding,) = space.examine(tmp_path / "not" / "yet")
    assert finding.state == "ok"
    assert not (tmp_path / "not").exists()


def test_too_little_room_is_said_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(space, "WANTED", 10**18)
    (finding,) = space.examine(tmp_path)
    assert finding.state == "missing"
    assert "LAUNCHER_CACHE" in finding.detail
