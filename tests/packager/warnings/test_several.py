"""What keeps an app on one machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher.packager.warnings import several
from launcher.packager.warnings.reading import Reading
from tests.conftest import SAMPLES
from tests.packager.warnings.looking import reading_of, titles

DATABASE = "The database is SQLite"
SESSIONS = "Sessions lie in files"
UPLOADS = "Uploads are saved on the disk"
CLOCK = "Something runs by the clock in the app's own process"
CACHE = "A cache lies in the app's own process"
LIMITS = "Requests are counted in the app's own process"
SOCKETS = "Socket.IO has no message queue"
KEY = "Each machine would make a secret key of its own"


def said(folder: Path, code: str, **files: str) -> list[str]:
    return titles(several.look, folder, {"app.py": code, **files})


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ('app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///quiz.db"', DATABASE),
        ("import sqlite3\nsqlite3.connect('quiz.db')", DATABASE),
        ('app.config["SESSION_TYPE"] = "filesystem"', SESSIONS),
        ('app.config.from_mapping(SESSION_TYPE="cachelib")', SESSIONS),
        ("def take():\n    request.files['one'].save('there')", UPLOADS),
        ('app.config["UPLOAD_FOLDER"] = "uploads"', UPLOADS),
        ("from apscheduler.schedulers.background import BackgroundScheduler as S\nS().start()", CLOCK),
        ("from flask_apscheduler import APScheduler\nit = APScheduler()", CLOCK),
        ("import schedule\nschedule.every(10).minutes.do(tidy)", CLOCK),
        ("import threading\ndef tidy():\n    threading.Timer(60, tidy).start()", CLOCK),
        ('cache = Cache(app, config={"CACHE_TYPE": "SimpleCache"})', CACHE),
        ('app.config["CACHE_TYPE"] = "flask_caching.backends.FileSystemCache"', CACHE),
        ("from flask_limiter import Limiter\nlimiter = Limiter(key, app=app)", LIMITS),
        ('from flask_limiter import Limiter\nLimiter(key, app=app, storage_uri="memory://")', LIMITS),
        ("from flask_socketio import SocketIO\nit = SocketIO(app)", SOCKETS),
        ("import os\napp.secret_key = os.urandom(16)", KEY),
    ],
)
def test_state_of_one_machine_is_named(code: str, title: str, tmp_path: Path) -> None:
    assert said(tmp_path, code) == [title]


@pytest.mark.parametrize(
    "code",
    [
        'app.config["SQLALCHEMY_DATABASE_URI"] = "postgresql://db/quiz"',
        'if uri.startswith("sqlite://"):\n    options = {}',
        'app.config["SESSION_TYPE"] = "redis"',
        "def look():\n    return len(request.files)",
        "def draw(image):\n    image.save('chart.png')",
        "import threading\ndef begin():\n    threading.Timer(60, tidy).start()",
        'app.config["CACHE_TYPE"] = "RedisCache"',
        'from flask_limiter import Limiter\nLimiter(key, app=app, storage_uri="redis://cache")',
        "from flask_limiter import Limiter\nLimiter(key, app=app, **settings)",
        'app.config["RATELIMIT_STORAGE_URI"] = url\nfrom flask_limiter import Limiter\nLimiter(key)',
        'from flask_socketio import SocketIO\nSocketIO(app, message_queue="redis://queue")',
        'from flask_socketio import SocketIO\nit = SocketIO()\nit.init_app(app, message_queue="redis://queue")',
        'import os\napp.secret_key = os.environ["SECRET_KEY"]',
        '"""The database is at sqlite:///quiz.db."""',
        "import sqlite3\nsqlite3.connect(':memory:')",
        'URI = "sqlite:///:memory:"',
    ],
)
def test_what_all_machines_share_is_not(code: str, tmp_path: Path) -> None:
    assert said(tmp_path, code) == []


def test_the_variable_that_changes_the_database_is_named(tmp_path: Path) -> None:
    code = 'import os\nURI = os.environ.get("QUIZ_DATABASE", "sqlite:///quiz.db")\n'
    notice = next(iter(several.look(reading_of(tmp_path, {"app.py": code}))))
    assert notice.todo.startswith("Set QUIZ_DATABASE to") and "app.py, line 2" in notice.detail


def test_settings_files_are_read_and_tests_are_not(tmp_path: Path) -> None:
    assert said(tmp_path, "", **{"config.ini": "[db]\nuri = sqlite:///quiz.db\n"}) == [DATABASE]
    assert titles(several.look, tmp_path, {"tests/test_app.py": 'URI = "sqlite://"\n'}) == []


# What each sample does, by reading it: all others have nothing that a second machine would miss.
KNOWN = {
    "single_file": {DATABASE},
    "archive": {DATABASE},
    "chat": {SOCKETS},
    "diary": {DATABASE, UPLOADS},
    "finance": {DATABASE, SESSIONS},
    "ledger": {DATABASE},
    "lobby": {SOCKETS},
    "members": {DATABASE, KEY},
    "pantry": {DATABASE},
    "station": {CLOCK},
    "todo": {DATABASE},
}


@pytest.mark.parametrize(
    "project", [one for room in (SAMPLES, SAMPLES / "idioms") for one in sorted(room.iterdir())], ids=str
)
def test_samples_give_no_false_alarm(project: Path) -> None:
    if not project.is_dir() or project.name == "idioms":
        return
    files = tuple(str(path.relative_to(project)) for path in project.rglob("*") if path.is_file())
    found = {notice.title for notice in several.look(Reading(project, files))}
    assert found == KNOWN.get(project.name, set())


@pytest.mark.parametrize(
    ("code", "keeps"),
    [
        ("import sqlite3\ndef look():\n    return sqlite3.connect('quiz.db')", True),
        ("def take():\n    request.files['one'].save('there')", True),
        ('import os\nURI = os.environ.get("DATABASE_URL", "sqlite:///quiz.db")', False),
        ('app.config["SESSION_TYPE"] = "redis"', False),
    ],
)
def test_data_in_files_is_told_from_what_a_variable_changes(code: str, keeps: bool, tmp_path: Path) -> None:
    assert several.keeps_files(reading_of(tmp_path, {"app.py": code})) is keeps
