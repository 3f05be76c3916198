"""What is found in a loaded app before anybody may visit it, with the project's own Flask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask
import pytest
from werkzeug.debug import DebuggedApplication

from launcher.hosting.examining import Watch, examine, proof
from launcher.hosting.order import Hosting

GOOD = "Ez4vEvoZ0Hk8bSLr3mPq9wYtUuXx7cNa"


@pytest.fixture(scope="module")
def watch() -> Watch:
    """Return what notes databases; it cannot be taken off again."""
    return Watch()


@pytest.fixture(autouse=True)
def forgetful(watch: Watch) -> Iterator[None]:
    """Forget what another test has opened."""
    watch.opened.clear()
    yield


def found(watch: Watch, root: Path, app: Any, **order: Any) -> list[str]:
    """Return the messages about an app."""
    asked = Hosting("m", str(root), **order)
    return [problem.message for problem in examine(app, asked, watch, "salt").problems]


def app_with(key: Any = GOOD, **config: Any) -> flask.Flask:
    """Return an app with a key and settings."""
    app = flask.Flask("quiz", root_path="/")
    app.secret_key = key
    app.config.update(config)
    return app


@pytest.mark.parametrize("key", ["dev", "secret", "x" * 40, "ab" * 10, "my-Secret-key-of-1999!", b"\0" * 32])
def test_key_that_can_be_guessed_is_named(watch: Watch, tmp_path: Path, key: str | bytes) -> None:
    (message,) = found(watch, tmp_path, app_with(key))
    assert "can be guessed" in message


@pytest.mark.parametrize("key", [GOOD, bytes(range(100, 124)), "0f" * 3 + "6b1de2c7a94853", None])
def test_good_key_is_none_of_our_business(watch: Watch, tmp_path: Path, key: Any) -> None:
    assert found(watch, tmp_path, app_with(key)) == []


def test_key_in_the_code_is_named_with_its_file(watch: Watch, tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "config.py").write_text(f"KEY = '{GOOD}'\n", encoding="utf-8")
    (message,) = found(watch, tmp_path, app_with())
    assert "pack/config.py" in message


def test_key_in_a_file_of_this_machine_alone_is_fine(watch: Watch, tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    for name in (".env", "instance/config.py"):
        (tmp_path / name).write_text(f"SECRET_KEY={GOOD}\n", encoding="utf-8")
    assert found(watch, tmp_path, app_with()) == []


def test_key_of_a_window_is_none_for_a_server(watch: Watch, tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text(GOOD, encoding="ascii")
    (message,) = found(watch, tmp_path / "app", app_with(), kept_keys=str(tmp_path))
    assert "for its user's window" in message


def test_key_made_at_every_start_is_named(watch: Watch, tmp_path: Path) -> None:
    code = "import os\napp.config['SECRET_KEY'] = os.environ.get('KEY') or os.urandom(24)\n"
    (tmp_path / "app.py").write_text(code, encoding="utf-8")
    (message,) = found(watch, tmp_path, app_with())
    assert "every start" in message


def test_app_with_logins_needs_a_key(watch: Watch, tmp_path: Path) -> None:
    app = app_with(None)
    app.extensions["login_manager"] = object()
    (message,) = found(watch, tmp_path, app)
    assert "has no SECRET_KEY" in message


@pytest.mark.parametrize("config", [{"DEBUG": True}])
def test_debug_mode_is_named(watch: Watch, tmp_path: Path, config: dict[str, Any]) -> None:
    assert "debug mode" in found(watch, tmp_path, app_with(**config))[0]


def test_debugger_around_the_app_is_named(watch: Watch, tmp_path: Path) -> None:
    app = app_with()
    app.wsgi_app = DebuggedApplication(app.wsgi_app)  # type: ignore[method-assign]
    assert "debugger" in found(watch, tmp_path, app)[0]


def test_sqlite_is_not_for_several_unless_it_is_meant(watch: Watch, tmp_path: Path) -> None:
    app = app_with(SQLALCHEMY_DATABASE_URI="sqlite:///quiz.db")
    assert found(watch, tmp_path, app, workers=1) == []
    assert "SQLite" in found(watch, tmp_path, app, workers=2)[0]
    assert found(watch, tmp_path, app, workers=2, sqlite_with_workers=True) == []
    assert found(watch, tmp_path, app_with(SQLALCHEMY_DATABASE_URI="postgresql:///x"), workers=2) == []


def test_database_that_is_opened_while_loading_is_noted(watch: Watch, tmp_path: Path) -> None:
    import sqlite3

    sqlite3.connect(":memory:").close()
    sqlite3.connect(tmp_path / "notes").close()
    assert watch.opened == [str(tmp_path / "notes")]


def test_proof_is_the_same_for_the_same_keys_alone() -> None:
    assert proof([GOOD], "a") == proof([GOOD], "a")
    others = [proof([GOOD], "b"), proof([GOOD, None], "a"), proof([GOOD[1:]], "a"), proof([GOOD], "a")]
    assert len(set(others)) == 4
