"""The rehearsal, on small projects that really run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from launcher.errors import BrokenProject
from launcher.packager.rehearsal.facts import Facts
from launcher.packager.rehearsal.rehearse import rehearse
from launcher.packager.rehearsal.staging import Stage
from tests.conftest import WriteFiles
from tests.packager.conftest import MakePlan

FLASK = """
from flask import Flask, abort, redirect, request

app = Flask(__name__)

"""


Rehearse = Callable[[Mapping[str, str]], Facts]


@pytest.fixture
def facts_of(write_files: WriteFiles, make_plan: MakePlan, tmp_path: Path) -> Rehearse:
    """Return a function that rehearses a project of these files."""

    def facts(files: Mapping[str, str]) -> Facts:
        root = write_files(files)
        made = make_plan(root)
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        return rehearse(Stage(made.manifest, made.interpreter), root, scratch)

    return facts


class TestFacts:
    """What is noted of an app that works."""

    @pytest.fixture
    def facts(self, facts_of: Rehearse) -> Facts:
        app = FLASK + (
            "import itertools, os, sqlite3, time\n"
            "import own\n"
            "sqlite3.connect('notes.db').close()\n"
            "sqlite3.connect('file:seen.db?mode=rwc', uri=True).close()\n"
            "words = open('data/words.txt').read()\n"
            "app.get('/')(lambda: 'home')\n"
            "app.add_url_rule('/moved', 'moved', lambda: redirect('/', 302))\n"
            "app.add_url_rule('/varies', 'varies', lambda: str(time.perf_counter_ns()))\n"
            "app.add_url_rule('/fails', 'fails', lambda: abort(500))\n"
            "app.add_url_rule('/item/<int:n>', 'item', lambda n: str(n))\n"
            "app.add_url_rule('/optional', 'optional', lambda n=1: str(n), defaults={'n': 1})\n"
            "app.add_url_rule('/write', 'write', lambda: 'written', methods=['POST'])\n"
            "app.add_url_rule('/place', 'place', lambda: os.getcwd() + request.host_url)\n"
        )
        files = {"app.py": app, "own.py": "", "data/words.txt": "one two", "static/über uns.css": "p {}"}
        return facts_of(files)

    def test_every_route_without_arguments_and_every_static_file_is_asked(self, facts: Facts) -> None:
        assert set(facts.answers) == {
            *("/", "/moved", "/varies", "/fails", "/optional", "/place"),
            "/static/über uns.css",
        }
        assert facts.answers["/"].status == 200
        assert facts.answers["/static/über uns.css"].kind == "text/css"
        assert (facts.answers["/moved"].status, facts.answers["/moved"].location) == (302, "/")
        assert facts.answers["/fails"].status == 500

    def test_what_differs_between_two_runs_of_the_source_is_known(self, facts: Facts) -> None:
        assert facts.varying == {"/varies"}

    def test_files_and_modules_of_the_project_are_noted(self, facts: Facts) -> None:
        assert {"data/words.txt", "notes.db", "seen.db"} <= facts.read
        assert "own.py" in facts.imported

    def test_modules_of_distributions_are_noted(self, facts: Facts) -> None:
        assert any(module.endswith("flask/app.py") for module in facts.modules)
        assert facts.kind == "flask.app.Flask"


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("1 / 0", "division by zero"),
        ("import sys; sys.exit('no settings')", "no settings"),
        ("import sys; print('where is my file?'); sys.exit(3)", "where is my file?"),
        ("import os; os._exit(7)", "exit code 7"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "ended by itself"),
        ("import nothing_like_it", "nothing_like_it"),
        ("del app", "attribute 'app'"),
    ],
)
def test_an_app_that_cannot_start_is_a_broken_project_with_the_reason(
    lines: str, says: str, facts_of: Rehearse
) -> None:
    with pytest.raises(BrokenProject) as caught:
        facts_of({"app.py": f"{FLASK}{lines}\n"})
    assert says.lower() in str(caught.value).lower()
    assert caught.value.todo


def test_a_page_that_ends_the_process_is_found_and_left_out(facts_of: Rehearse) -> None:
    app = FLASK + (
        "import os\n"
        "app.add_url_rule('/', 'home', lambda: 'home')\n"
        "app.add_url_rule('/bye', 'bye', lambda: os._exit(0))\n"
        "app.add_url_rule('/more', 'more', lambda: 'more')\n"
    )
    facts = facts_of({"app.py": app})
    assert facts.fatal == ("/bye",)
    assert {path: answer.status for path, answer in facts.answers.items()} == {"/": 200, "/more": 200}


def test_an_app_that_is_not_flask_s_is_asked_for_its_root(facts_of: Rehearse) -> None:
    app = (
        "def application(environ, start_response):\n"
        "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
        "    return [environ['PATH_INFO'].encode()]\n"
    )
    facts = facts_of({"wsgi.py": app})
    assert list(facts.answers) == ["/"]


def test_routes_are_found_below_middleware(facts_of: Rehearse) -> None:
    app = FLASK + (
        "from werkzeug.middleware.proxy_fix import ProxyFix\n"
        "app.add_url_rule('/one', 'one', lambda: '1')\n"
        "app.wsgi_app = ProxyFix(app.wsgi_app)\n"
        "wrapped = ProxyFix(app)\n"
    )
    settings = '[tool.launcher]\napp = "app:wrapped"\n'
    facts = facts_of({"app.py": app, "pyproject.toml": settings})
    assert list(facts.answers) == ["/one"]


def test_the_author_s_home_is_not_touched(facts_of: Rehearse) -> None:
    app = FLASK + (
        "import pathlib\n"
        "(pathlib.Path.home() / 'made-by-a-rehearsal.txt').write_text('x')\n"
        "app.add_url_rule('/', 'home', lambda: 'home')\n"
    )
    facts_of({"app.py": app})
    assert not (Path.home() / "made-by-a-rehearsal.txt").exists()


def test_an_endless_page_does_not_hold_the_rehearsal_up(facts_of: Rehearse) -> None:
    app = FLASK + (
        "import itertools, time\n"
        "from flask import Response\n"
        "def ticks():\n"
        "    for number in itertools.count():\n"
        "        yield f'data: {number}\\n\\n'\n"
        "        time.sleep(0.05)\n"
        "app.add_url_rule('/', 'home', lambda: 'home')\n"
        "app.add_url_rule('/events', 'events', lambda: Response(ticks(), mimetype='text/event-stream'))\n"
    )
    facts = facts_of({"app.py": app})
    assert facts.answers["/events"].status == 200
    assert not facts.answers["/events"].whole
    assert facts.varying == frozenset()


def test_pages_that_never_answer_are_left_out_and_hold_nothing_up(
    facts_of: Rehearse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("launcher.packager.asking.TIMEOUT", 1.0)
    app = FLASK + (
        "import threading\n"
        "app.add_url_rule('/', 'home', lambda: 'home')\n"
        "app.add_url_rule('/wait', 'wait', lambda: str(threading.Event().wait()))\n"
    )
    facts = facts_of({"app.py": app})
    assert list(facts.answers) == ["/"] and facts.hanging == ("/wait",)
    assert facts.varying == frozenset()
