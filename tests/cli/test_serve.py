"""`launcher serve` as it is typed: what it refuses, and what it becomes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from launcher import host
from tests.support.files import WriteFiles
from tests.support.programs import environment
from tests.support.running import Running
from tests.support.served import AT, Served

KEY = "Ez4vEvoZ0Hk8bSLr3mPq9wYtUuXx7cNa"
CODE = "from flask import Flask\napp = Flask(__name__)\n@app.get('/')\ndef index():\n    return 'quiz'\n"
PLAIN = {"app.py": CODE}
LAUNCHER = (sys.executable, "-m", "launcher", "serve")
ROOT = ("--as-root",) if host.is_root() else ()


def refused(
    project: Path, *words: str, environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command with what it should refuse."""
    command = [*LAUNCHER, str(project), "--bind", "127.0.0.1:0", *words]
    cache = {"LAUNCHER_CACHE": str(project.parent / "cache"), "LAUNCHER_HOME": str(project.parent / "home")}
    return subprocess.run(
        command,
        env=environment(**cache, **(environ or {})),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "--hosts example.org"),
        (("--hosts", "https://example.org"), 2, "not the name of a host"),
        (("--hosts", "example.org", "--bind", "0.0.0.0:0"), 2, "--plain-http"),
        (("--hosts", "example.org", "--protocol", "uwsgi"), 2, "unix socket"),
        (("--hosts", "example.org", "--secret-key-file", "/nowhere"), 2, "/nowhere"),
        (("--hosts", "example.org", "--secret-key-file", "/dev/null"), 2, "it is empty"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    write_files: WriteFiles, words: Sequence[str], code: int, said: str
) -> None:
    done = refused(write_files(PLAIN), *ROOT, *words)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert said in " ".join(done.stderr.split())


@pytest.mark.parametrize("server", ["waitress", "gunicorn"])
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("app.secret_key = 'dev'", "can be guessed"),
        (f"app.secret_key = '{KEY}'", "stands in app.py"),
        ("app.debug = True", "debug mode"),
        ("from werkzeug.debug import DebuggedApplication as D; app.wsgi_app = D(app.wsgi_app)", "debugger"),
        ("from flask import session", "has no SECRET_KEY"),
        ("app.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite:///quiz.db'", "--sqlite-with-workers"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_project_that_must_not_be_served_is_refused(
    write_files: WriteFiles, server: str, line: str, said: str
) -> None:
    project = write_files({"app.py": f"{CODE}\n{line}\n"})
    done = refused(project, *ROOT, "--hosts", "example.org", "--server", server, "--workers", "2")
    assert done.returncode in (2, 3, 6), done.stderr
    assert said in " ".join(done.stderr.split())
    assert AT.search(done.stderr) is None, "nothing has listened"


def test_key_that_is_given_counts_more_than_the_codes(write_files: WriteFiles, tmp_path: Path) -> None:
    project = write_files({"app.py": f"{CODE}\napp.secret_key = 'dev'\n"})
    (tmp_path / "key").write_text(f"{KEY}\n", encoding="ascii")
    words = (*ROOT, "--hosts", "example.org", "--check")
    assert refused(project, *words, "--secret-key-file", str(tmp_path / "key")).returncode == 0
    assert refused(project, *words, environ={"SECRET_KEY": KEY}).returncode == 0
    assert refused(project, *words).returncode != 0


@pytest.mark.skipif(host.WINDOWS, reason="there it waits for the server")
def test_command_becomes_the_server_and_stops_with_it(write_files: WriteFiles, tmp_path: Path) -> None:
    project = write_files(PLAIN)
    cache = {"LAUNCHER_CACHE": str(tmp_path / "cache"), "LAUNCHER_HOME": str(tmp_path / "home")}
    words = (*LAUNCHER, project, *ROOT, "--hosts", "example.org", "--bind", "127.0.0.1:0")
    running = Running(words, environment(**cache), tmp_path / "notes", cwd=tmp_path)
    try:
        served = Served(running)
        assert served.ask().text == "quiz"
        assert running.stderr.count("\n") == 1, "one calm paragraph"
        assert os.path.exists(tmp_path / "cache" / "serve")
        assert running.stop(signal.SIGINT) == 0
    finally:
        running.clean_up()
