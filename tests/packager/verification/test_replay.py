"""A page that shows the time is another one by the time of the proof: the source is asked once more."""

from __future__ import annotations

from pathlib import Path

from launcher.packager.rehearsal import staging
from launcher.packager.rehearsal.rehearse import rehearse_plan
from launcher.packager.verification.comparing import differing
from launcher.packager.verification.replay import Source, changing
from tests.conftest import WriteFiles
from tests.packager.conftest import MakePlan

APP = """
from flask import Flask

app = Flask(__name__)


@app.route("/clock")
def clock():
    return open({clock!r}).read()


@app.route("/name")
def name():
    return "Quiz"
"""


def test_what_the_source_itself_answers_otherwise_by_now_is_known(
    write_files: WriteFiles, make_plan: MakePlan, tmp_path: Path
) -> None:
    clock = tmp_path / "clock"
    clock.write_text("12:59", encoding="utf-8")
    made, output = make_plan(write_files({"wsgi.py": APP.format(clock=str(clock))})), tmp_path / "out"
    facts = rehearse_plan(made, output)
    assert facts.varying == frozenset()
    source = Source(staging.stage_of(made), lambda place: staging.lay_copy(made, place, output))
    packaged = dict.fromkeys(facts.answers, facts.answers["/clock"])
    assert differing(facts, facts.answers) == []
    assert differing(facts, packaged) == ["/name"]
    clock.write_text("13:00", encoding="utf-8")
    assert changing(["/clock", "/name"], facts, source) == {"/clock"}
    assert changing(["/name"], facts, source) == frozenset()
    assert changing(["/clock"], facts, None) == frozenset(), "without a source nobody knows"
