"""Where a packaged program finds its layers."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from launcher import frozen, host


@pytest.mark.parametrize(
    ("program", "layers"),
    [
        ("Quiz/Quiz", "Quiz/layers"),
        ("Quiz.app/Contents/MacOS/Quiz", "Quiz.app/Contents/Resources/layers"),
        # Opened where it was downloaded to, macOS shows it at a place of its own.
        (
            "AppTranslocation/0A-1B/d/Müller Shop.app/Contents/MacOS/Müller Shop",
            "AppTranslocation/0A-1B/d/Müller Shop.app/Contents/Resources/layers",
        ),
        ("MacOS/Quiz", "MacOS/layers"),  # a folder that only happens to be called so
    ],
)
def test_layers_lie_beside_the_program_or_among_its_resources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, layers: str
) -> None:
    place = tmp_path / program
    place.parent.mkdir(parents=True)
    place.touch()
    monkeypatch.setattr(sys, "executable", str(place))
    assert frozen.layers() == tmp_path.resolve() / layers
    if not host.WINDOWS:
        link = tmp_path / "link"
        link.symlink_to(place)
        monkeypatch.setattr(sys, "executable", str(link))
        assert frozen.layers() == tmp_path.resolve() / layers
