"""A program that is built as for another platform, and is for this one, where it can be run."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from launcher import host
from launcher.packager import platforms
from tests.end_to_end.frozen import Stranger
from tests.support.across import PARTS, lay, plan_for, project_in

pytestmark = [pytest.mark.end_to_end, pytest.mark.skipif(not host.LINUX, reason="runs what is for Linux")]


def test_program_that_was_laid_from_parts_serves(
    cache: Path, place: Path, stranger: Stranger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAUNCHER_CACHE", str(cache))
    made = plan_for(project_in(place / "across"), platforms.here())
    library = f"libpython3.{sys.version_info.minor}.so.1.0"
    if not (made.interpreter.base_prefix / "lib" / library).is_file():
        pytest.skip("this Python has no library of its own")
    given = {"linux": made.interpreter.base_prefix}
    program, got = lay(made, place / "Grüße an Müller" / "Laden", given, "flask")
    assert "files, none of them signed" in got.told
    visitor = stranger.start(program).visit()
    assert "<h1>Grüße, Müller</h1>" in visitor.ask("/").text
    assert visitor.ask("/static/a.css").text == "h1 { color: teal }\n"
    parts = json.loads(visitor.ask("/parts").text)
    assert parts.pop("version") == [int(part) for part in got.version.split(".")]
    assert parts == {
        "platform": "linux",
        **PARTS,
    }
