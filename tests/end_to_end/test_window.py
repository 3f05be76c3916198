"""A packaged program in its own window, with the web view that travels with it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from launcher.packager import webview
from launcher.packager.verification.window import colours_of
from tests.end_to_end.builds import Builder, copy_project
from tests.end_to_end.frozen import Stranger, sealed
from tests.support import processes
from tests.support.waiting import until

pytestmark = [pytest.mark.end_to_end, pytest.mark.window]


@pytest.mark.skipif(not webview.has("qt"), reason="Qt is not installed here")
def test_a_program_with_qt_shows_the_app_in_a_window_and_ends_with_it(
    builder: Builder, samples: Path, place: Path, display: str, stranger: Stranger
) -> None:
    project = copy_project(samples / "single_file", place / "notes", webview="qt")
    build = builder.build(project, place / "dist", env={"DISPLAY": display})
    assert "window" in build.seconds(), "the build opened the window itself"
    (picture,) = (Path(path) for path in build.last["reports"] if path.endswith(".window.png"))
    assert picture.parent == build.program.parent.parent
    assert colours_of(picture) > 2, "the page itself"
    shutil.rmtree(project)
    proof = stranger.home / "proof.json"
    with sealed(build.program.parent):
        running = stranger.start(
            build.program,
            headless=False,
            env={"DISPLAY": display, "LAUNCHER_WINDOW_PROOF": str(proof)},
        )
        until(lambda: proof.is_file() or running.process.poll() is not None, seconds=90)
        family = running.note_processes()
        seen = json.loads(proof.read_text(encoding="utf-8"))
        assert seen["title"] == "Notes"
        running.process.terminate()
        assert running.process.wait(30) == 0
        assert processes.left_of(family) == []
    assert running.stdout == ""
