"""What is refused before a project is loaded, each with what to do."""

from __future__ import annotations

import os
import venv
from pathlib import Path
from typing import Any

import pytest

from launcher import host
from launcher.errors import LauncherError
from launcher.hosting.order import SERVERS, Hosting
from launcher.hosting.refusing import PACKAGES, refuse
from tests.support.served import start, write_order

ME = host.is_root()


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a Python that has nothing installed."""
    place = tmp_path_factory.mktemp("bare")
    venv.create(place)
    return str(place / "bin" / "python")


def order(**values: Any) -> Hosting:
    """Return an order that would be served but for what is said."""
    return Hosting("m", "r", **{"hosts": ("example.org",), "as_root": ME, **values})


def test_plain_order_is_served() -> None:
    refuse(order())


@pytest.mark.parametrize(
    ("values", "message", "todo"),
    [
        ({"hosts": ()}, "by which names", "--hosts"),
        ({"bind": "0.0.0.0:80"}, "other machines", "--plain-http"),
        ({"bind": "[::]:80"}, "other machines", "--behind"),
    ],
)
def test_refusal_says_what_to_do(values: dict[str, Any], message: str, todo: str) -> None:
    with pytest.raises(LauncherError) as told:
        refuse(order(**values))
    assert message in told.value.message
    assert todo in told.value.todo


@pytest.mark.parametrize("values", [{"plain_http": True}, {"behind": "nginx"}])
def test_other_machines_are_let_in_where_it_is_meant(values: dict[str, Any]) -> None:
    refuse(order(bind="0.0.0.0:80", **values))


@pytest.mark.skipif(not ME, reason="only root is refused")
def test_superuser_says_that_it_is_meant() -> None:
    with pytest.raises(LauncherError, match="superuser"):
        refuse(order(as_root=False))


def test_debugging_in_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "FLASK_DEBUG", "1")
    with pytest.raises(LauncherError, match="FLASK_DEBUG"):
        refuse(order())
    monkeypatch.setitem(os.environ, "FLASK_DEBUG", "0")
    refuse(order())


@pytest.mark.parametrize("server", SERVERS)
def test_server_that_is_lacking_is_named_with_the_command_that_installs_it(
    server: str, tmp_path: Path, bare: str
) -> None:
    path = write_order(tmp_path, tmp_path, server=server)
    running = start(path, python=bare, PATH="/nowhere")
    try:
        assert running.wait() == 4
        assert f"{bare} -m pip install {PACKAGES[server]}" in running.stderr
    finally:
        running.clean_up()


@pytest.mark.skipif(host.WINDOWS, reason="it is Windows")
@pytest.mark.parametrize("values", [{"server": "gunicorn"}, {"server": "uwsgi"}, {"workers": 2}])
def test_windows_has_one_process_of_waitress(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, Any]
) -> None:
    monkeypatch.setattr(host, "WINDOWS", True)
    monkeypatch.setattr(host, "is_root", lambda: False)
    with pytest.raises(LauncherError, match="Windows"):
        refuse(order(**values))
