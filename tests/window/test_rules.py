"""Where a page may lead its window, decided by whole origins and by names."""

from __future__ import annotations

import pytest

from launcher.window.rules import Lead, Rules, origin_of, shown

OWN = "http://127.0.0.1:23456"


@pytest.fixture
def rules() -> Rules:
    made = Rules(["camera"], ["full-screen"])
    made.admit(f"{OWN}/.launcher/enter?ticket")
    return made


@pytest.mark.parametrize("url", [OWN, f"{OWN}/", f"{OWN}/a?b#c", f"blob:{OWN}/1-2", "about:blank"])
def test_own_origin_stays(rules: Rules, url: str) -> None:
    assert rules.lead(url) is Lead.STAY


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/",
        "http://127.0.0.1:23457/",
        "http://127.0.0.1:234567/",
        "http://127.0.0.1/",
        "https://127.0.0.1:23456/",
        "http://127.0.0.1:23456.example.org/",
        "http://127.0.0.1:23456@example.org/",
        "http://someone@127.0.0.1:23456/",
        "http://localhost:23456/",
        "mailto:someone@example.org",
    ],
)
def test_everything_else_that_browsers_open_goes_outside(rules: Rules, url: str) -> None:
    if url.startswith(("http://127.0.0.1:234567", "http://127.0.0.1:23456.")):
        assert rules.lead(url) is not Lead.STAY  # no port at all: the browser has to say so
    else:
        assert rules.lead(url) is Lead.OUTSIDE


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "smb://host/share",
        "ms-msdt:/id",
        r"\\host\x",
        "//host/x",
        "http:///x",
        "http://[::1/",
        "blob:https://example.org/1",
        "blob:null/1",
        "about:config",
        "launcher:page",
        "launcher:quit",
        "",
    ],
)
def test_everything_else_leads_nowhere(rules: Rules, url: str) -> None:
    assert rules.lead(url) is Lead.REFUSED


def test_only_our_own_pages_have_buttons(rules: Rules) -> None:
    assert rules.lead("launcher:quit", from_own_page=True) is Lead.COMMAND
    assert rules.lead("launcher:else", from_own_page=True) is Lead.REFUSED
    assert rules.lead("file:///etc/passwd", from_own_page=True) is Lead.REFUSED


def test_nothing_stays_before_the_app_has_an_origin() -> None:
    rules = Rules(["camera"])
    assert rules.lead(OWN) is Lead.OUTSIDE
    assert not rules.is_own("")
    assert not rules.grants("camera", "")


def test_only_what_the_project_asked_for_is_granted_and_to_its_own_origin(rules: Rules) -> None:
    assert rules.grants("camera", OWN)
    assert not rules.grants("camera", "https://example.org")
    assert not rules.grants("microphone", OWN)


def test_origin_is_scheme_host_and_port() -> None:
    assert origin_of("http://127.0.0.1:80/x") == "http://127.0.0.1:80"
    assert origin_of("HTTP://Example.ORG/x") == "http://example.org"
    assert origin_of("http://x:y/") == ""


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("ms-msdt:/id?secret=1#also", "ms-msdt:/id"),
        ("smb://me:secret@host/share", "smb:host/share"),
        ("data:text/html,secret", "data:"),
        ("javascript:secret", "javascript:"),
        ("no address", "no address"),
        ("app:a\nb", "app:a?b"),
    ],
)
def test_address_is_logged_without_what_may_be_secret(url: str, line: str) -> None:
    assert shown(url) == line


def test_address_in_the_log_is_short() -> None:
    assert len(shown("app:" + "x" * 5000)) < 130
    assert len(shown("x" * 5000)) < 130
