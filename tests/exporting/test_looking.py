"""What the app itself says that a proxy must know: above all which files it may hand out unasked."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from launcher.exporting import project
from launcher.exporting.project import Project
from launcher.packager import plan
from tests.conftest import WriteFiles

BEGIN = "from flask import Blueprint, Flask, abort, request\napp = Flask(__name__)\n"
FILES = {"static/site.css": "body {}"}
PLAIN = (("/static/", "static"),)


def looked(write_files: WriteFiles, code: str, **files: str) -> Project:
    root = write_files({"app.py": BEGIN + code, **FILES, **files})
    made = plan.make(plan.Options(project=str(root), python=Path(sys.executable)))
    return project.look(made, root / "dist")


def served(found: Project) -> tuple[tuple[str, str], ...]:
    return tuple((one.url, one.folder) for one in found.statics)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "from werkzeug.middleware.proxy_fix import ProxyFix\napp.wsgi_app = ProxyFix(app.wsgi_app)\n",
        "from flask_wtf import CSRFProtect\napp.secret_key = 'x' * 32\nCSRFProtect(app)\n",
        "@app.get('/statics')\ndef statics(): return ''\n",
        "@app.teardown_request\ndef end(error): pass\n",
    ],
)
def test_folder_with_nothing_before_it_is_the_proxys(write_files: WriteFiles, code: str) -> None:
    found = looked(write_files, code)
    assert served(found) == PLAIN and found.left == ()


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("@app.before_request\ndef members():\n    abort(403)\n", "app.members may look"),
        ("@app.after_request\ndef mark(answer): return answer\n", "app.mark may look"),
        (
            "def guard(environ, start): return inner(environ, start)\n"
            "inner, app.wsgi_app = app.wsgi_app, guard\n",
            "app.guard stands before the app",
        ),
        (
            "real = app.view_functions['static']\ndef mine(**kwargs): return real(**kwargs)\n"
            "app.view_functions['static'] = mine\n",
            "app.mine answers for the files",
        ),
        (
            "import functools\nreal = app.view_functions['static']\n@functools.wraps(real)\n"
            "def mine(**kwargs): return real(**kwargs)\napp.view_functions['static'] = mine\n",
            "answers for the files",
        ),
        ("@app.get('/static/hello')\ndef hello(): return ''\n", "/static/hello is a page of the app"),
        ("@app.get('/static/<name>.txt')\ndef text(name): return ''\n", "is a page of the app"),
    ],
)
def test_folder_that_the_app_may_guard_stays_the_apps(write_files: WriteFiles, code: str, why: str) -> None:
    found = looked(write_files, code)
    assert served(found) == ()
    assert [url for url, _ in found.left] == ["/static/"] and why in found.left[0][1]


def test_class_that_sends_files_in_its_own_way_is_asked(write_files: WriteFiles) -> None:
    code = (
        "class Guarded(Flask):\n    def send_static_file(self, filename):\n        abort(403)\n"
        "app = Guarded(__name__)\n"
    )
    assert served(looked(write_files, code)) == ()


def test_blueprints_have_folders_and_guards_of_their_own(write_files: WriteFiles) -> None:
    code = (
        "open_one = Blueprint('open_one', __name__, static_folder='open', url_prefix='/open')\n"
        "closed = Blueprint('closed', __name__, static_folder='closed', url_prefix='/closed')\n"
        "@closed.before_request\ndef members(): abort(403)\n"
        "app.register_blueprint(open_one)\napp.register_blueprint(closed)\n"
    )
    found = looked(write_files, code, **{"open/a.css": "", "closed/b.css": ""})
    assert served(found) == (*PLAIN, ("/open/open/", "open"))
    assert [url for url, _ in found.left] == ["/closed/closed/"]


def test_folder_outside_of_the_project_is_not_there_on_another_machine(
    write_files: WriteFiles, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    found = looked(write_files, f"app.static_folder = {str(tmp_path / 'elsewhere')!r}\n")
    assert served(found) == () and "not in the project" in found.left[0][1]


def test_files_between_the_pages_are_the_apps(write_files: WriteFiles) -> None:
    found = looked(write_files, "app = Flask(__name__, static_url_path='')\n")
    assert served(found) == () and found.left[0][0] == "/"


def test_settings_of_the_app_are_taken_over(write_files: WriteFiles) -> None:
    code = (
        "app.config.update(MAX_CONTENT_LENGTH=5000, SEND_FILE_MAX_AGE_DEFAULT=60, UPLOAD_FOLDER='uploads',\n"
        "    SQLALCHEMY_DATABASE_URI='postgresql+psycopg://quiz:secret@db/quiz')\n"
        "open('beside.txt', 'w').close()\n"
    )
    found = looked(write_files, code)
    assert found.max_body == 5000 and found.statics[0].age == 60 and found.postgresql
    assert set(found.writes) == {"."}  # which holds the uploads too
    assert "secret" not in repr((found.statics, found.left, found.hindrances))


def test_an_app_of_another_framework_is_asked_nothing(write_files: WriteFiles) -> None:
    root = write_files({"wsgi.py": "def app(environ, start):\n    start('200 OK', [])\n    return [b'']\n"})
    made = plan.make(plan.Options(project=str(root), python=Path(sys.executable)))
    found = project.look(made, root / "dist")
    assert found.statics == () and found.left == () and found.max_body == made.manifest.server.max_body


def test_app_that_will_keep_files_may_write_in_its_folder(write_files: WriteFiles) -> None:
    code = "import sqlite3\n@app.get('/')\ndef page():\n    return str(sqlite3.connect('quiz.db'))\n"
    assert looked(write_files, code).writes == (".",)
