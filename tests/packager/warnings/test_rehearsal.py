"""What a rehearsal saw becomes a warning once, in plain words, and only where a friend meets it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from launcher.packager.app_layer import AppLayer, LeftBehind, secrets
from launcher.packager.asking import Answer
from launcher.packager.rehearsal.facts import ELSEWHERE, Called, Facts, Listening, Sorted, Started
from launcher.packager.warnings import programs, servers
from launcher.packager.warnings.notice import Notice
from launcher.packager.warnings.rehearsal import look
from tests.packager.warnings.looking import reading_of

LEFT = (LeftBehind(".env", secrets.VARIABLES), LeftBehind("big", "excluded"))
LAYER = AppLayer(Path("/project"), ("app.py",), (), LEFT)


def facts(**more: Any) -> Facts:
    plain: Mapping[str, Any] = {"kind": "", "answers": {}, "modules": (), "opened": (), "imported": ()}
    return Facts(**{**plain, "read": frozenset(), **more})


def found(*told: Notice, **more: Any) -> list[Notice]:
    notices = list(look(facts(**more), LAYER, told))
    assert all(one.detail for one in notices)
    return notices


def titles(*told: Notice, **more: Any) -> list[str]:
    return [one.title for one in found(*told, **more)]


def test_an_app_that_keeps_to_itself_gets_no_warning() -> None:
    seen = Sorted(project=("app.py",), environment=("/venv/flask.py",), elsewhere=("/etc/mime.types",))
    written = Sorted(project=("app.db",), temporary=("upload",))
    by = {(ELSEWHERE, "/etc/mime.types"): "app.py, line 1"}
    assert titles(seen=seen, written=written, by=by, served_by="waitress.serve") == []


@pytest.mark.parametrize(
    ("name", "path", "origin", "warned"),
    [
        ("ffmpeg", "/usr/bin/ffmpeg", "machine", "The app starts ffmpeg"),
        ("/opt/tools/ffmpeg", "/opt/tools/ffmpeg", "machine", "The app starts ffmpeg"),
        ("ffmpeg", "", "nowhere", "The app starts ffmpeg"),
        ("alembic", "/venv/bin/alembic", "environment", "The app starts alembic"),
        ("/venv/bin/python", "/venv/bin/python", "environment", ""),
        ("bin/tool", "/project/bin/tool", "project", ""),
        ("xdg-open", "/usr/bin/xdg-open", "machine", ""),
    ],
)
def test_programs_that_a_friend_lacks(name: str, path: str, origin: str, warned: str) -> None:
    notices = found(programs=(Started(name, path, origin, "app.py, line 4"),))
    assert [one.title for one in notices] == ([warned] if warned else [])
    assert all(one.detail.startswith("app.py, line 4. ") and one.todo for one in notices)


def test_what_reading_the_code_told_is_not_told_again(tmp_path: Path) -> None:
    code = "import subprocess, redis\nsubprocess.run(['ffmpeg'])\n"
    reading = reading_of(tmp_path, {"app.py": code})
    told = [*programs.look(reading), *servers.look(reading)]
    assert len(told) == 2
    started = Started("ffmpeg", "/usr/bin/ffmpeg", "machine", "app.py, line 2")
    called = Called("localhost", 6379, True, "app.py, line 1")
    assert titles(*told, programs=(started,), hosts=(called,)) == []


def test_hosts_of_others_are_one_warning_and_servers_here_one_each() -> None:
    called = (
        Called("api.example", 443, False, "app.py, line 2"),
        Called("cdn.example", 443, False, "requests"),
        Called("localhost", 5432, True, ""),
        Called("localhost", 9999, True, ""),
    )
    away, *here = found(hosts=called)
    assert "api.example, cdn.example (app.py, line 2; requests)" in away.detail
    assert [one.title for one in here] == [
        "The app may need a PostgreSQL server",
        "The app calls port 9999 here",
    ]


def test_a_listener_is_told_with_who_can_reach_it() -> None:
    (one,) = found(listeners=(Listening("0.0.0.0", 8080, "app.py, line 9"),))
    assert "port 8080" in one.title and "same network" in one.detail


def test_files_of_this_machine_are_told_with_their_line() -> None:
    by = {(ELSEWHERE, "/data/prices.csv"): "app.py, line 3", (ELSEWHERE, "/srv/lib.txt"): "somelibrary"}
    seen = Sorted(elsewhere=("/data/prices.csv", "/srv/lib.txt"))
    assert titles(seen=seen, by=by) == ["The app reads /data/prices.csv"]
    (one,) = found(refused=("/var/log/app.log",), by={(ELSEWHERE, "/var/log/app.log"): "app.py, line 5"})
    assert one.title == "The app writes to /var/log/app.log" and one.detail.startswith("app.py, line 5. ")


def test_what_is_known_for_a_path_of_this_machine_is_not_told_again() -> None:
    told = Notice("/home/anna is a path of this machine", "app.py, line 3. No friend's machine has it.")
    by = {(ELSEWHERE, "/home/anna/prices.csv"): "app.py, line 3"}
    assert titles(told, seen=Sorted(elsewhere=("/home/anna/prices.csv",)), by=by) == []


def test_a_file_in_the_home_is_told_where_the_author_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / ".quizrc").write_text("a", encoding="utf-8")
    assert titles(seen=Sorted(home=(".quizrc", ".none"))) == ["The app reads .quizrc in the home"]
    assert titles(written=Sorted(home=(".quizrc",)), seen=Sorted(home=(".quizrc",))) == [
        "The app writes into the home"
    ]


def test_the_rest() -> None:
    assert titles(fatal=("/quit",), read=frozenset(("big",)), pages=("http://127.0.0.1:5000",)) == [
        "A page ends the app",
        "big stays behind",
        "The app opens a page in the browser",
    ]


def test_a_command_of_a_distribution_travels() -> None:
    started = Started("alembic", "/venv/bin/alembic", "environment", "app.py, line 4")
    plain: Mapping[str, Any] = {"kind": "", "answers": {}, "modules": (), "opened": (), "imported": ()}
    seen = Facts(**{**plain, "read": frozenset(), "programs": (started,)})
    assert list(look(seen, LAYER, commands={"alembic"})) == []


def test_pages_that_fail_at_home_too_are_named() -> None:
    answers = {"/": Answer(200, "text/html", "", 1, "a"), "/old": Answer(500, "text/html", "", 1, "b")}
    (notice,) = found(answers=answers)
    assert notice.title == "Pages fail from source, too" and "GET /old:" in notice.detail


def test_secrets_are_told_once() -> None:
    """Which of them the app reads is said where all that is private is."""
    assert titles(read=frozenset((".env",))) == []
