"""Where a packaged program finds its layers."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from launcher import frozen, host
from launcher.loading import interpreting
from launcher.project import bundles


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


@pytest.mark.parametrize(
    ("program", "unpacked", "layers"),
    [
        ("Quiz/Quiz", "Quiz/_internal", "Quiz/layers"),
        ("Quiz.exe", "Temp/_MEI0001", "Temp/_MEI0001/layers"),
        ("Q.app/Contents/MacOS/Q", "Q.app/Contents/Frameworks", "Q.app/Contents/Resources/layers"),
    ],
)
def test_layers_and_distributions_are_found_in_every_form_of_a_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, unpacked: str, layers: str
) -> None:
    """Children that stand in for Python find them, too."""
    (tmp_path / layers).mkdir(parents=True)
    (tmp_path / layers / bundles.MANIFEST).touch()
    monkeypatch.setattr(sys, "executable", str(tmp_path / program))
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / unpacked), raising=False)
    assert frozen.layers() == tmp_path / layers
    assert interpreting._site() == tmp_path / layers / "site"
