"""The report says what was made, asked, compared and left, as JSON and for people."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from launcher.packager import build_report, site
from launcher.packager.app_layer import AppLayer, LeftBehind
from launcher.packager.asking import Answer
from launcher.packager.build_report import Record
from launcher.packager.formats import Artifact
from launcher.packager.pruning import Dropped
from launcher.packager.rehearsal import Facts
from launcher.packager.site_store import Laid
from launcher.packager.verification import Verified
from tests.packager.installed import Installed, plan_of, project_of

PAGE = Answer(200, "text/html", "", 10, "abc")
ENDLESS = Answer(200, "text/event-stream", "", 0, "", whole=False)


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """What a build of a small project learned."""
    installed = Installed(tmp_path / "environment")
    installed.lay("shelf", {"shelf.py": "BOOKS = 3\n"})
    project = project_of(
        tmp_path / "project",
        {"app.py": "from flask import Flask\napp = Flask(__name__)\n", "requirements.txt": "shelf"},
    )
    made = plan_of(project, installed)
    return Record(
        plan=made,
        facts=Facts(
            kind="flask.app.Flask",
            answers={"/": PAGE, "/clock": PAGE, "/news": ENDLESS},
            modules=(),
            opened=(),
            read=frozenset(),
            imported=(),
            varying=frozenset(("/clock",)),
            fatal=("/quit",),
        ),
        chosen=site.choose(made),
        laid=Laid((Dropped("shelf", "shelf/py.typed", 100_000, "stub"),), compiled=()),
        layer=AppLayer(project, ("app.py",), (), (LeftBehind(".env", "secrets"),)),
        player_cached=False,
        sizes={"player": 26_000_000, "site": 900_000, "app": 40},
        verified=Verified(3, 2, 1, 0.5, ["an empty home", "working directory /"]),
        moment=1_700_000_000,
        without_licence=("shelf",),
        artifacts=(Artifact("tar.gz", tmp_path / "dist/project.tar.gz", 12_000_000, "f00d"),),
        warnings=({"title": "Debug mode is left on", "detail": "app.py, line 9.", "todo": "Take it out."},),
        seconds={"find": 0.1, "site": 1.2},
    )


def test_both_reports_lie_beside_the_artifact_and_name_no_place_of_this_machine(
    record: Record, tmp_path: Path
) -> None:
    text, data = build_report.write(record, tmp_path, "project-0.1.0-linux")
    assert sorted(path.name for path in tmp_path.glob("*.report.*")) == [data.name, text.name]
    for path in (text, data):
        content = path.read_text(encoding="utf-8")
        assert str(tmp_path) not in content
        dropped = "py.typed" if path is data else "shelf: stub, 1 files"
        for said in ("f00d", ".env", "secrets", "Take it out.", "an empty home", dropped):
            assert said in content, (path, said)


def test_each_path_says_whether_it_was_compared_and_why_not(record: Record) -> None:
    proof = build_report.to_value(record)["verification"]
    asked = {one["path"]: one for one in proof["asked"]}
    assert asked["/"] == {"path": "/", "status": 200, "type": "text/html", "compared": True}
    assert asked["/clock"]["compared"] is False and "two runs" in asked["/clock"]["why"]
    assert "no end" in asked["/news"]["why"]
    assert proof["not_asked"] == [{"path": "/quit", "why": "it ends the app's process"}]
    lines = list(build_report.lines_of(build_report.to_value(record)))
    assert "  GET /: 200, as from source" in lines
    assert "  GET /clock: 200, not compared (it differs between two runs of the source)" in lines


def test_sizes_before_and_after_are_told(record: Record) -> None:
    layer = build_report.to_value(record)["layers"]["site"]
    assert layer["dropped_bytes"] == 100_000
    assert layer["installed_bytes"] == record.chosen.size
    assert layer["cached"] is True


def test_a_build_without_a_proof_says_so(record: Record) -> None:
    record.verified = None
    assert build_report.to_value(record)["verification"]["done"] is False
    assert "  None: --no-verify was given." in build_report.lines_of(build_report.to_value(record))


def test_the_json_is_read_back_as_it_was(record: Record, tmp_path: Path) -> None:
    _, data = build_report.write(record, tmp_path, "quiz")
    assert json.loads(data.read_text(encoding="utf-8")) == build_report.to_value(record)
