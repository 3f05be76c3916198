"""The report says what was made, asked, compared and left, as JSON and for people."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from launcher.packager import build_report, plan, platforms, proof_report, site
from launcher.packager.app_layer import AppLayer, LeftBehind
from launcher.packager.asking import Answer
from launcher.packager.audit import Audit
from launcher.packager.build_report import Record
from launcher.packager.formats import Artifact
from launcher.packager.rehearsal.facts import Facts
from launcher.packager.site.pruning import Dropped
from launcher.packager.site.store import Laid
from launcher.packager.verification import Kept, Seen, Updated, Verified
from tests.packager.installed import Installed, plan_of, project_of

ELSEWHERE = next(one for one in platforms.ACROSS if not one.is_here)
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
        verified=Verified(
            asked=3,
            compared=2,
            varying=1,
            seconds_to_serve=0.5,
            circumstances=["an empty home", "working directory /"],
            out_of_reach=["the project", "home"],
            is_covered=True,
            session="accepted by the second start: it is signed with the same key",
            restart=Kept(1, {"notes.db": {"note": 3}}, ["a file", "a row in notes.db"], 2, 1, ["x is gone"]),
            update=Updated("0.1.0", "0.1.0.1", Kept(1, {}, ["a file"], 2, 2), ["notes.db"], True),
            not_done={"another owner": "only root can"},
        ),
        moment=1_700_000_000,
        without_licence=("shelf",),
        artifacts=(Artifact("tar.gz", tmp_path / "dist/project.tar.gz", 12_000_000, "f00d"),),
        warnings=({"title": "Debug mode is left on", "detail": "app.py, line 9.", "todo": "Take it out."},),
        seconds={"find": 0.1, "site": 1.2},
    )


def test_both_reports_lie_beside_the_artifact_and_name_no_place_of_this_machine(
    record: Record, tmp_path: Path
) -> None:
    text, data, *_ = build_report.write(record, tmp_path, "project-0.1.0-linux", tmp_path)
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


def test_what_a_restart_and_an_update_kept_is_told_and_what_was_not_proven(record: Record) -> None:
    value = build_report.to_value(record)
    proof = value["verification"]
    assert proof["out_of_reach"] == {"how": "covered", "places": ["the project", "home"]}
    assert proof["restart"]["rows"] == {"notes.db": {"note": 3}}
    assert proof["update"]["older_refused"] is True
    assert proof["not_done"] == [{"what": "another owner", "why": "only root can"}]
    text = "\n".join(build_report.lines_of(value))
    for said in (
        "Out of reach, covered by empty folders: all but the system's own; with that the project, home.",
        "A restart kept what the app had written: 1 files; databases by rows: notes.db (note 3).",
        "written by us and found again: a file, a row in notes.db",
        "asked again: 2, of them 1 with the same answer",
        "but not, as from source: x is gone",
        "session cookie: accepted by the second start",
        "An update from 0.1.0 to 0.1.0.1 kept",
        "backed up before it, and compared: notes.db",
        "version 0.1.0 then refused the newer data",
        "Not proven: another owner; only root can.",
    ):
        assert said in text, said
    assert record.verified is not None
    record.verified.is_covered = False
    text = "\n".join(build_report.lines_of(build_report.to_value(record)))
    assert "Watched, not covered: no file of these was held open: the project, home." in text


def test_what_the_source_loses_too_is_a_warning_and_said_once(record: Record) -> None:
    assert record.verified is not None and record.verified.update is not None
    (warning,) = proof_report.own_ways(record.verified)
    assert "a restart" in warning[0] and "x is gone" in warning[1]
    record.verified.update.kept.own_ways = ["x is gone"]
    assert len(list(proof_report.own_ways(record.verified))) == 1
    record.verified.update.kept.own_ways = ["y is gone"]
    assert "an update" in list(proof_report.own_ways(record.verified))[1][0]


@pytest.mark.parametrize(
    ("colours", "says"),
    [(200, "its picture: quiz.window.png"), (1, "quiz.window.png, of one colour: its page is empty")],
)
def test_the_picture_of_the_window_lies_beside_the_reports(
    colours: int, says: str, record: Record, tmp_path: Path
) -> None:
    drawn = tmp_path / "work" / "window.png"
    drawn.parent.mkdir()
    drawn.write_bytes(b"a picture")
    record.window = Seen({"title": "Quiz", "url": "http://127.0.0.1:1/"}, drawn, colours)
    text, data, picture = build_report.write(record, tmp_path, "quiz", tmp_path)
    assert picture.name == "quiz.window.png" and picture.read_bytes() == b"a picture"
    assert says in text.read_text(encoding="utf-8")
    window = json.loads(data.read_text(encoding="utf-8"))["verification"]["window"]
    assert window["picture"] == {"file": "quiz.window.png", "colours": colours}


def test_the_picture_of_a_build_before_goes_when_there_is_none(record: Record, tmp_path: Path) -> None:
    (tmp_path / "quiz.window.png").touch()
    record.window = Seen({"title": "Quiz"}, without_picture="it cannot draw itself")
    assert len(build_report.write(record, tmp_path, "quiz", tmp_path)) == 2
    assert not (tmp_path / "quiz.window.png").exists()
    assert "no picture was kept: it cannot draw itself" in (tmp_path / "quiz.report.txt").read_text("utf-8")


def test_sizes_before_and_after_are_told(record: Record) -> None:
    layer = build_report.to_value(record)["layers"]["site"]
    assert layer["dropped_bytes"] == 100_000
    assert layer["installed_bytes"] == record.chosen.size
    assert layer["cached"] is True


def test_a_build_without_a_proof_says_so(record: Record) -> None:
    record.verified = None
    assert build_report.to_value(record)["verification"]["done"] is False
    assert "  None: --no-verify was given." in build_report.lines_of(build_report.to_value(record))


def test_a_program_for_another_system_says_that_it_was_never_run(record: Record) -> None:
    record.verified = None
    record.plan = plan.for_platform(record.plan, ELSEWHERE)
    (line,) = [one for one in build_report.lines_of(build_report.to_value(record)) if "  None: " in one]
    assert line.startswith(f"  None: a program for {ELSEWHERE.tag} cannot be run on {platforms.here().tag}")


def test_what_its_binaries_ask_for_is_told(record: Record) -> None:
    record.audit = Audit(
        binaries=12,
        system={f"library{number}.dll": "shop.exe" for number in range(20)},
        lacking={"mfc140u.dll": "layers/site/win32ui.pyd"},
        floor="Windows 10",
        why="Python asks for it",
        foreign={"layers/app/tool": "linux-x86_64"},
    )
    lines = list(build_report.lines_of(build_report.to_value(record)))
    start = lines.index("What its binaries ask for")
    assert lines[start + 1 : start + 4] == [
        "  12 binaries of the program and its parts",
        "  Windows 10 or newer: Python asks for it",
        "  20 libraries that the system has to have:",
    ]
    assert "  lacking: mfc140u.dll, for layers/site/win32ui.pyd" in lines
    assert "  of another system: layers/app/tool (linux-x86_64)" in lines


def test_the_json_is_read_back_as_it_was(record: Record, tmp_path: Path) -> None:
    _, data, *_ = build_report.write(record, tmp_path, "quiz", tmp_path)
    assert json.loads(data.read_text(encoding="utf-8")) == build_report.to_value(record)


def test_names_that_are_no_text_spoil_no_report(record: Record, tmp_path: Path) -> None:
    record.warnings = [{"title": "bad\udcff.css\x1b[31m", "detail": "line\nbreak", "todo": ""}]
    text, data, *_ = build_report.write(record, tmp_path, "quiz", tmp_path)
    assert json.loads(data.read_text(encoding="utf-8"))["warnings"][0]["detail"] == "line\nbreak"
    (line,) = [line for line in text.read_text(encoding="utf-8").splitlines() if "bad" in line]
    assert line.isprintable() and "break" in line
