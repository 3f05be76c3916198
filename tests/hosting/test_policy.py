"""The policy of a served app, asked directly."""

from __future__ import annotations

from typing import Any

import pytest

from launcher.hosting.policy import HEALTH, NO_UPGRADE, Policy
from launcher.serving.policy import PASS, WRONG_HOST, WRONG_ORIGIN, WRONG_SITE, Request

POLICY = Policy(
    frozenset(("example.org", "[::1]", "intern:8443")),
    health="/healthz",
    callbacks=("/signed-in",),
    public=("/hook/*",),
    origins=frozenset(("https://friend.example",)),
)


def request(method: str = "GET", path: str = "/", **more: Any) -> Request:
    """Return a request for the app by its name."""
    return Request(method, path, **{"host": "example.org", **more})


@pytest.mark.parametrize("host", ["example.org", "EXAMPLE.org:1", "[::1]", "[::1]:8000", "intern:8443"])
def test_names_of_the_app_are_known(host: str) -> None:
    assert POLICY.judge(request(host=host)) is PASS


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "example.org.",
        "example.org:",
        "example.org:0",
        "example.org:99999",
        "example.org:\u0661",
        "example.org, example.org",
        "sub.example.org",
        "example.orgx",
        "[::2]",
        "::1",
        "intern",
        "intern:80",
        "127.0.0.1",
        "user@example.org",
    ],
)
def test_every_other_host_is_refused(host: str | None) -> None:
    assert POLICY.judge(request(host=host)) is WRONG_HOST


def test_health_needs_no_name_and_lets_nothing_else_pass() -> None:
    assert POLICY.judge(request(path="/healthz", host=None)) is HEALTH
    assert POLICY.judge(request("POST", "/healthz", host=None)) is WRONG_HOST
    assert POLICY.judge(request(path="/healthz", host=None, has_body=True)) is WRONG_HOST


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_is_for_everybody(method: str) -> None:
    assert POLICY.judge(request(method, fetch_site="cross-site", origin="https://evil.example")) is PASS


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "BREW"])
@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
def test_other_site_changes_nothing(method: str, site: str) -> None:
    assert POLICY.judge(request(method, fetch_site=site)) is WRONG_SITE


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "https://evil.example",
        "https://example.org.evil.example",
        "https://example.org:444",
        "http://example.org:443",
        "ftp://example.org",
        "https://example.org/",
        "https://example.org@evil.example",
        "file://",
    ],
)
def test_origin_of_another_site_changes_nothing(origin: str) -> None:
    assert POLICY.judge(request("POST", origin=origin)) is WRONG_ORIGIN


@pytest.mark.parametrize("origin", ["https://example.org", "http://example.org", "https://EXAMPLE.org:443"])
def test_own_origin_may(origin: str) -> None:
    assert POLICY.judge(request("POST", origin=origin)) is PASS


def test_what_the_project_opens_is_open() -> None:
    foreign = {"fetch_site": "cross-site", "origin": "https://other.example"}
    assert POLICY.judge(request("POST", "/signed-in", **foreign)) is PASS
    assert POLICY.judge(request("POST", "/hook/paid", **foreign)) is PASS
    assert POLICY.judge(request("POST", "/hook/../admin", **foreign)) is WRONG_SITE
    friend = {"fetch_site": "cross-site", "origin": "https://friend.example"}
    assert POLICY.judge(request("POST", **friend)) is PASS


def test_other_protocol_is_refused() -> None:
    assert POLICY.judge(request(upgrades=True)) is NO_UPGRADE
