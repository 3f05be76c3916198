"""What is refused before a project is loaded, each with what to do."""

from __future__ import annotations

import os
from typing import Any

import pytest

from launcher import host
from launcher.errors import LauncherError
from launcher.hosting.order import Hosting
from launcher.hosting.refusing import refuse

ME = host.is_root()


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
