"""What people write stays: over a restart, over a new version, and all under one folder if so wished."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest

from launcher import host
from tests.end_to_end import kills
from tests.end_to_end.builds import Builder, copy_project, set_up
from tests.end_to_end.frozen import Stranger, sealed
from tests.support.asking import Visitor

pytestmark = pytest.mark.end_to_end


def write_note(visitor: Visitor, text: str) -> None:
    answer = visitor.ask("/notes", method="POST", body=urlencode({"text": text}).encode())
    assert answer.status == 302, answer


def test_a_note_survives_a_restart(copied: Callable[..., Path], stranger: Stranger) -> None:
    program = copied("single_file")
    with sealed(program.parent):
        first = stranger.start(program)
        write_note(first.visit(), "Buy milk")
        assert first.stop() == 0
        again = stranger.start(program)
        assert "Buy milk" in again.visit().ask("/notes").text
        assert again.stop() == 0


def test_a_note_survives_a_new_version_and_the_new_pages_are_shown(
    builder: Builder, samples: Path, place: Path, stranger: Stranger
) -> None:
    project = copy_project(samples / "single_file", place / "notes", settings='version = "1.0"\n')
    program = builder.build(project, place / "dist").program
    first = stranger.start(program)
    write_note(first.visit(), "Buy milk")
    assert first.stop() == 0

    set_version = (project / "pyproject.toml").read_text(encoding="utf-8").replace("1.0", "2.0")
    (project / "pyproject.toml").write_text(set_version, encoding="utf-8")
    page = project / "templates" / "notes.html"
    page.write_text(page.read_text(encoding="utf-8").replace("All notes", "Every note"), encoding="utf-8")
    (project / "static" / "new.css").write_text("p { margin: 0 }", encoding="utf-8")
    (project / "templates" / "index.html").unlink()
    index = 'return render_template("index.html")'
    app = project / "app.py"
    app.write_text(app.read_text(encoding="utf-8").replace(index, 'return "new index"'), encoding="utf-8")

    assert builder.build(project, place / "dist").program == program
    again = stranger.start(program)
    visitor = again.visit()
    notes = visitor.ask("/notes").text
    assert "Every note" in notes and "Buy milk" in notes
    assert visitor.ask("/").text == "new index"
    assert visitor.ask("/static/new.css").status == 200
    assert again.stop() == 0


def test_a_note_survives_a_program_that_was_killed(copied: Callable[..., Path], stranger: Stranger) -> None:
    program = copied("single_file")
    first = stranger.start(program)
    write_note(first.visit(), "Buy milk")
    first.clean_up()
    again = stranger.start(program)
    assert "Buy milk" in again.visit().ask("/notes").text
    assert again.stop() == 0


def test_a_project_s_present_data_is_the_start_and_is_never_put_back(
    builder: Builder, samples: Path, place: Path, stranger: Stranger
) -> None:
    project = copy_project(samples / "single_file", place / "notes")
    with closing(sqlite3.connect(project / "notes.db")) as connection, connection:
        connection.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)")
        connection.execute("INSERT INTO note (text) VALUES ('from the author')")
    program = builder.build(project, place / "dist").program
    first = stranger.start(program)
    visitor = first.visit()
    assert "from the author" in visitor.ask("/notes").text
    write_note(visitor, "from the friend")
    assert first.stop() == 0

    assert builder.build(project, place / "dist").code == 0
    notes = stranger.start(program).visit().ask("/notes").text
    assert "from the author" in notes and "from the friend" in notes


def test_launcher_home_keeps_everything_under_one_folder(
    copied: Callable[..., Path], stranger: Stranger
) -> None:
    program = copied("single_file")
    data = stranger.home / "one folder"
    running = stranger.start(program, env={"LAUNCHER_HOME": str(data)})
    write_note(running.visit(), "Buy milk")
    assert running.stop() == 0
    assert "one folder/home/notes.db" in stranger.written()
    assert [name for name in stranger.written() if not name.startswith("one folder/")] == []


@pytest.mark.skipif(host.WINDOWS, reason="Windows has no such modes")
def test_what_a_program_keeps_is_closed_to_other_users(
    copied: Callable[..., Path], stranger: Stranger
) -> None:
    data = stranger.home / "data"
    running = stranger.start(copied("single_file"), env={"LAUNCHER_HOME": str(data)})
    running.visit()
    assert running.stop() == 0
    assert data.stat().st_mode & 0o077 == 0
    assert (data / "private").stat().st_mode & 0o077 == 0


def test_two_programs_of_one_stranger_keep_their_data_apart(
    copied: Callable[..., Path], stranger: Stranger
) -> None:
    notes, quiz = stranger.start(copied("single_file")), stranger.start(copied("unguarded_run"))
    visits = notes.visit(), quiz.visit()
    assert visits[0].port != visits[1].port
    write_note(visits[0], "Buy milk")
    assert "spider" in visits[1].ask("/").text
    assert notes.stop() == quiz.stop() == 0


def test_a_second_start_ends_and_leaves_the_first_alone(
    copied: Callable[..., Path], stranger: Stranger
) -> None:
    program = copied("single_file")
    first = stranger.start(program)
    visitor = first.visit()
    second = stranger.start(program)
    assert second.process.wait(60) == 0
    assert second.stdout == ""
    assert visitor.ask("/").status == 200
    assert first.stop() == 0


def test_kills_at_random_moments_lose_nothing(place: Path) -> None:
    """25 of them; `python tests/end_to_end/kills.py --kills 200` is the same with more."""
    score = kills.kill(place, 25, seed=random.randrange(10**6))
    assert score.faults == [], score.to_text()
    assert (score.kills, score.lost, score.unstartable, score.mixed) == (25, 0, 0, 0)
    assert score.acknowledged


def test_older_version_is_refused_until_the_data_goes_back_to_it(
    builder: Builder, samples: Path, place: Path, stranger: Stranger
) -> None:
    project = copy_project(samples / "single_file", place / "notes", settings='version = "1.0"\n')
    old = builder.build(project, place / "old").program
    settings = project / "pyproject.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("1.0", "2.0"), encoding="utf-8")
    new = builder.build(project, place / "new").program

    for program, text in ((old, "by the old one"), (new, "by the new one")):
        running = stranger.start(program)
        write_note(running.visit(), text)
        assert running.stop() == 0

    refused = stranger.start(old)
    assert refused.process.wait(60) == 6
    assert "but its data was last used by the newer" in refused.stderr
    assert refused.stdout == ""

    back = stranger.start(old, "--launcher-restore")
    assert back.process.wait(60) == 0
    assert "notes.db" in back.stdout
    running = stranger.start(old)
    notes = running.visit().ask("/notes").text
    assert "by the old one" in notes and "by the new one" not in notes
    assert running.stop() == 0


PRODUCTION = """
import os
from flask import Flask, session, url_for
from flask_talisman import Talisman

app = Flask(__name__)
app.config.update(
    SECRET_KEY=os.urandom(24),
    SERVER_NAME="shop.example",
    PREFERRED_URL_SCHEME="https",
    SESSION_COOKIE_SECURE=True,
)
Talisman(app)


@app.route("/")
def index():
    session["n"] = session.get("n", 0) + 1
    return f"visit {session['n']} at {url_for('index', _external=True)}"
"""


def test_app_with_production_settings_and_a_random_key_works_in_its_window(
    builder: Builder, place: Path, stranger: Stranger
) -> None:
    pytest.importorskip("flask_talisman")
    project = place / "shop"
    project.mkdir()
    (project / "app.py").write_text(PRODUCTION, encoding="utf-8")
    set_up(project)
    program = builder.build(project, place / "dist").program
    cookies: dict[str, str] = {}
    for number in (1, 2, 3):
        running = stranger.start(program)
        visitor = running.visit()
        visitor.cookies.update(cookies)
        assert visitor.ask("/").text == f"visit {number} at http://127.0.0.1:{visitor.port}/"
        cookies = {"session": visitor.cookies["session"]}
        assert running.stop() == 0
