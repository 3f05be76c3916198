"""What the app did, in the build report: short for people, whole for programs, without anybody's home."""

from __future__ import annotations

import json
from pathlib import Path

from launcher.packager.rehearsal.facts import Called, Facts, Listening, Sorted, Started
from launcher.packager.rehearsal.facts_report import MOST_FILES, UNSEEN, lines_of, to_value

FACTS = Facts(
    kind="flask.app.Flask",
    answers={},
    modules=(),
    opened=(),
    read=frozenset(),
    imported=(),
    distributions=("Flask", "Jinja2"),
    served_by="flask.app.Flask.run",
    seen=Sorted(project=("words.txt",), environment=("/venv/flask/app.py",)),
    written=Sorted(project=("notes.db",), home=(".quizrc",)),
    refused=(str(Path.home() / "accounts.db"),),
    by={("project", "notes.db"): "app.py, line 3"},
    programs=(Started("sort", "/usr/bin/sort", "machine", "app.py, line 4"),),
    hosts=(Called("api.example", 443, False, "requests"), Called("localhost", 6379, True, "")),
    listeners=(Listening("0.0.0.0", 8080, ""),),
    pages=("http://127.0.0.1:5000",),
    terminal=("input()",),
    forks=("app.py, line 9",),
)


def test_it_is_told_for_people() -> None:
    assert list(lines_of(to_value(FACTS))) == [
        "  The app is a flask.app.Flask, recorded from flask.app.Flask.run.",
        "  It imported from Flask, Jinja2.",
        "  It read 1 file in the project.",
        "  It read 1 file in its environment.",
        "  It wrote in the project: notes.db (app.py, line 3).",
        "  It wrote in the home: .quizrc.",
        "  It was not let write to ~/accounts.db.",
        "  It started sort, which belongs to this machine: /usr/bin/sort (app.py, line 4).",
        "  It called api.example, port 443 (requests).",
        "  It called another server on this machine, port 6379.",
        "  It listened on 0.0.0.0, port 8080.",
        "  It wanted to open http://127.0.0.1:5000 in a browser.",
        "  It asked for input in a terminal (input()).",
        "  It forked (app.py, line 9).",
        f"  {UNSEEN}",
    ]


def test_it_names_neither_the_author_s_home_nor_his_environment() -> None:
    text = json.dumps(to_value(FACTS))
    assert str(Path.home()) not in text and "/venv" not in text


def test_a_long_list_is_cut_and_counted() -> None:
    many = Sorted(project=tuple(f"file-{number}" for number in range(1000)))
    facts = Facts("", {}, (), (), frozenset(), (), written=many)
    value = to_value(facts)
    assert value["written"]["project"]["count"] == 1000
    assert len(value["written"]["project"]["files"]) == MOST_FILES
    assert any(line.endswith("and 992 more.") for line in lines_of(value))
