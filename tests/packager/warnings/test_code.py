"""What Python code does that a friend's machine may not let it do: what is told, and what is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from launcher.packager.warnings import debugging, imports, places, programs, secret, servers
from launcher.packager.warnings.notice import Notice
from launcher.packager.warnings.reading import Reading
from tests.packager.warnings.looking import reading_of, titles

Look = Callable[[Reading], Iterable[Notice]]


@pytest.mark.parametrize(
    ("text", "program"),
    [
        ("import subprocess\nsubprocess.run(['ffmpeg', '-i', x])", "ffmpeg"),
        ("import subprocess as sp\nsp.Popen(('/usr/bin/ffmpeg',))", "ffmpeg"),
        ("from subprocess import check_output as ask\nask('git log', shell=True)", "git"),
        ("from subprocess import run\nrun(args=['pandoc'])", "pandoc"),
        ("import os\nos.system('LANG=C convert a.png b.jpg')", "convert"),
        ("import os\nos.system(f'convert {x} b.jpg')", "convert"),
        ("import subprocess\nsubprocess.call(r'C:\\Tools\\tool.exe --now')", "tool"),
        ("def f():\n    import subprocess\n    subprocess.run(['python', 'x.py'])", "python"),
        ("import subprocess\nsubprocess.run(['flask', 'db', 'upgrade'])", "flask"),
    ],
)
def test_a_program_that_is_started_by_name_is_told(text: str, program: str, tmp_path: Path) -> None:
    assert titles(programs.look, tmp_path, {"a.py": text}) == [f"The app starts {program}"]


@pytest.mark.parametrize(
    "text",
    [
        "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'x'])",
        "import subprocess\nsubprocess.run([tool, 'ffmpeg'])",
        "import subprocess\nsubprocess.run(f'{tool} -v', shell=True)",
        "import os\nos.system('cls')",
        "import subprocess\nsubprocess.run(['xdg-open', folder])",
        "import shutil\nshutil.which('ffmpeg')",
        "def run(words): ...\nrun(['ffmpeg'])",
        "# subprocess.run(['ffmpeg'])\n'''subprocess.run(['ffmpeg'])'''",
        "import subprocess\nsubprocess.run(['ffmpeg'",
    ],
)
def test_a_program_that_is_not_is_not(text: str, tmp_path: Path) -> None:
    assert titles(programs.look, tmp_path, {"a.py": text}) == []


def test_python_itself_is_told_with_what_stands_in_for_it(tmp_path: Path) -> None:
    text = "import subprocess\nsubprocess.run(['python3', 'x.py'])"
    (found,) = programs.look(reading_of(tmp_path, {"a.py": text}))
    assert "a.py, line 2" in found.detail
    assert "sys.executable" in found.todo


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("import psycopg2", "PostgreSQL"),
        ("from pymysql import connect", "MySQL or MariaDB"),
        ("import mysql.connector", "MySQL or MariaDB"),
        ("URI = 'postgresql+psycopg2://me@db/app'", "PostgreSQL"),
        ("import os\nURI = os.environ.get('DB', 'mysql://root@localhost/app')", "MySQL or MariaDB"),
        ("from flask_pymongo import PyMongo", "MongoDB"),
        ("import redis", "Redis"),
        ("LIMITS = 'redis://localhost:6379/0'", "Redis"),
    ],
)
def test_a_server_that_the_app_needs_is_told(text: str, server: str, tmp_path: Path) -> None:
    assert titles(servers.look, tmp_path, {"a.py": text}) == [f"The app may need a {server} server"]


@pytest.mark.parametrize(
    "text",
    [
        "URI = 'sqlite:///notes.db'",
        "try:\n    import redis\nexcept ImportError:\n    redis = None",
        "uri = uri.replace('postgres://', 'postgresql://')",
        "if uri.startswith('postgres://'): pass",
        "HELP = 'for example postgresql://me@db/app'",
        "from .redis import cache",
        "'''postgresql://me@db/app'''",
    ],
)
def test_a_server_that_it_can_do_without_is_not(text: str, tmp_path: Path) -> None:
    assert titles(servers.look, tmp_path, {"a.py": text}) == []


def test_celery_is_told_with_another_way(tmp_path: Path) -> None:
    (found,) = servers.look(reading_of(tmp_path, {"jobs.py": "from celery import Celery"}))
    assert found.title.startswith("Celery") and "jobs.py, line 1" in found.detail


def test_the_address_of_a_server_in_a_settings_file_is_told(tmp_path: Path) -> None:
    files = {"config.ini": "[db]\n# mysql://old\nurl = postgresql://me@db/app\n"}
    (found,) = servers.look(reading_of(tmp_path, files))
    assert "PostgreSQL" in found.title and "config.ini, line 3" in found.detail


@pytest.mark.parametrize(
    "text",
    [
        "import os\napp.config['SECRET_KEY'] = os.urandom(24)",
        "import os\napp.secret_key = os.urandom(24).hex()",
        "from os import urandom\nSECRET_KEY = urandom(24)",
        "import secrets\napp.config.update(SECRET_KEY=secrets.token_hex())",
        "import secrets\napp.config.from_mapping({'SECRET_KEY': secrets.token_hex()})",
        "import os, secrets\nclass Config:\n    SECRET_KEY = os.environ.get('K') or secrets.token_hex(16)",
        "import uuid\napp.secret_key = str(uuid.uuid4())",
        "import os\nJWT_SECRET_KEY: bytes = os.urandom(8)",
    ],
)
def test_a_random_key_is_told(text: str, tmp_path: Path) -> None:
    assert titles(secret.look, tmp_path, {"a.py": text}) == ["The secret key is another one at every start"]


@pytest.mark.parametrize(
    "text",
    [
        "app.secret_key = 'fixed'",
        "import os\napp.secret_key = os.environ['SECRET_KEY']",
        "import os\ntoken = os.urandom(24)",
        "import secrets\nnonce = secrets.token_hex()",
    ],
)
def test_a_fixed_key_and_other_random_values_are_not(text: str, tmp_path: Path) -> None:
    assert titles(secret.look, tmp_path, {"a.py": text}) == []


def at(root: Path, look: Callable[[Reading, Path], Iterable[Notice]]) -> Look:
    return lambda reading: look(reading, root)


@pytest.mark.parametrize(
    "text",
    [
        "app.run(debug=True)",
        "app.debug = True",
        "app.config['DEBUG'] = True",
        "app.config.update(DEBUG=True)",
        "if __name__ == '__main__':\n    socketio.run(app, debug=True)",
    ],
)
def test_debug_mode_is_told(text: str, tmp_path: Path) -> None:
    assert titles(at(tmp_path, debugging.look), tmp_path, {"a.py": text}) == ["Debug mode is left on"]


@pytest.mark.parametrize(
    "text",
    [
        "app.run(debug=False)",
        "import os\napp.run(debug=bool(os.environ.get('DEBUG')))",
        "class DevelopmentConfig:\n    DEBUG = True",
        "log(debug=True)",
        "# app.run(debug=True)",
    ],
)
def test_debug_mode_that_is_off_or_somebody_else_s_is_not(text: str, tmp_path: Path) -> None:
    assert titles(at(tmp_path, debugging.look), tmp_path, {"a.py": text}) == []


@pytest.mark.parametrize(
    ("name", "line", "told"),
    [
        (".flaskenv", "FLASK_DEBUG=1", True),
        (".env", "export FLASK_DEBUG='true'", True),
        (".env", "FLASK_ENV=development", True),
        (".env", "FLASK_DEBUG=0", False),
        (".env", "# FLASK_DEBUG=1", False),
    ],
)
def test_debug_mode_in_flask_s_files_is_told_though_they_do_not_travel(
    name: str, line: str, told: bool, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(f"OTHER=1\n{line}\n", encoding="utf-8")
    found = list(debugging.look(Reading(tmp_path, ()), tmp_path))
    assert [f"{name}, line 2" in one.detail for one in found] == [True] * told


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("open('/home/anna-of-nowhere/quiz/data.csv')", "/home/anna-of-nowhere"),
        ("DB = 'sqlite:////x'\nLOG = '/Users/anna/quiz/app.log'", "/Users/anna"),
        ("DATA = r'C:\\Users\\anna\\quiz'", "C:\\Users\\anna"),
        ("DATA = 'C:/Users/anna/quiz'", "C:/Users/anna"),
    ],
)
def test_a_path_into_somebody_s_home_is_told(text: str, path: str, tmp_path: Path) -> None:
    found = titles(at(tmp_path, places.look), tmp_path, {"a.py": text})
    assert found == [f"{path} is a path of this machine"]


def test_the_project_s_own_place_is_told_in_code_and_settings(tmp_path: Path) -> None:
    code = f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\n"
    files = {"a.py": code, "c.json": f'{{"db": "{tmp_path}/x"}}'}
    (found,) = places.look(reading_of(tmp_path, files), tmp_path)
    assert "a.py, line 2" in found.detail and "c.json, line 1" in found.detail


@pytest.mark.parametrize(
    "text",
    [
        "@app.route('/home/news/today.html')\ndef news(): ...",
        "redirect('/home/news/')",
        "PAGE = '/home/news/today'",
        "PATH = '/etc/hosts'",
        "'''/home/anna/quiz/data.csv'''",
        "URL = 'https://example.org/home/anna/data.csv'",
    ],
)
def test_addresses_of_the_app_are_not(text: str, tmp_path: Path) -> None:
    assert titles(at(tmp_path, places.look), tmp_path, {"a.py": text}) == []


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"a.py": "from flask_socketio import SocketIO"}, ["Socket.IO goes by long polling"]),
        (
            {"a.py": "import flask_socketio", "static/c.js": "io({transports: ['websocket']})"},
            ["The page insists on WebSockets"],
        ),
        ({"a.py": "from flask_sock import Sock"}, ["flask_sock uses WebSockets"]),
        ({"a.py": "import simple_websocket"}, ["simple_websocket uses WebSockets"]),
        ({"a.py": "import tkinter as tk"}, ["tkinter is not in the program"]),
        ({"a.py": "def ask():\n    from tkinter import filedialog"}, ["tkinter is not in the program"]),
        ({"a.py": "try:\n    import tkinter\nexcept ImportError:\n    tkinter = None"}, []),
        ({"tests/a.py": "import tkinter"}, []),
        ({"a.py": "# import tkinter"}, []),
    ],
)
def test_imports_that_promise_too_much_are_told(
    files: dict[str, str], told: list[str], tmp_path: Path
) -> None:
    assert titles(imports.look, tmp_path, files) == told


def test_a_large_tree_is_looked_at_quickly(tmp_path: Path) -> None:
    import time

    line = "import os\nX = {'a': 1}\ndef f(a):\n    return os.path.join(a, 'b')\n"
    reading = reading_of(tmp_path, {f"p{n}/m{n}.py": line * 100 for n in range(200)})
    begin = time.process_time()
    for look in (imports.look, programs.look, secret.look, servers.look):
        assert list(look(reading)) == []
    assert time.process_time() - begin < 20, "80 000 lines"
