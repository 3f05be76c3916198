"""What tests of windows share: one display, and what a window is opened with."""

from __future__ import annotations

import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from launcher.paths import AppFolders
from launcher.project.manifest import Manifest
from launcher.project.target import Target
from launcher.window import Opening

if TYPE_CHECKING:
    from tests.support.screens import Screen


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    """A display that is there for these tests alone."""
    # Here: where X is not, its library is not either, and the other tests do without.
    from tests.support.screens import virtual_screen

    with virtual_screen() as made:
        yield made


@pytest.fixture
def told() -> dict[str, list[str]]:
    """What a window has opened outside, asked its program for, and noted in the log."""
    return {"outside": [], "asked": [], "noted": []}


@pytest.fixture
def opening(told: dict[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opening:
    """What a window is opened with, all of whose doings are told."""
    monkeypatch.setattr(webbrowser, "open", told["outside"].append)
    return Opening(
        manifest=Manifest("Notes", "org.example.notes", "1", Target(None, "app.py", None, ".", "a test")),
        folders=AppFolders(tmp_path),
        icon=None,
        page="<p>starting",
        opened=lambda screen: None,
        outside=lambda name: None,
        asked=told["asked"].append,
        note=told["noted"].append,
    )
