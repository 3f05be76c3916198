"""Studio with the real launcher."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from app import create_app

from .conftest import Page

SAMPLE = Path(__file__).parents[1] / "samples" / "single_file"


@pytest.mark.end_to_end
def test_sample_is_checked_and_built(tmp_path: Path) -> None:
    """A folder is opened, looked at, built, and the result lies where the page says."""
    project = tmp_path / "single_file"
    shutil.copytree(SAMPLE, project)
    app = create_app(
        {
            "TESTING": True,
            "INSTANCE_PATH": tmp_path / "instance",
            "LAUNCHER_COMMAND": [sys.executable, "-m", "launcher"],
        }
    )
    page = Page(app, project)
    try:
        found = page.client.post(f"{page.address}/check")
        assert found.status_code == 200
        assert "What was found" in found.text, found.text
        told = list(page.follow(page.build(system="here", make="file")))
    finally:
        page.studio.children.end_all()
    assert told[-1]["outcome"] == "done", told[-5:]
    done = next(event for event in told if event["event"] == "done")
    assert Path(done["program"]).is_file() and Path(done["handout"]).is_file()
    assert {artifact["format"] for artifact in done["artifacts"]} == {"folder", "tar.gz"}
    assert {event["layer"] for event in told if event["event"] == "size"} == {
        "player",
        "site",
        "app",
    }
