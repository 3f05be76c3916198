"""The word of a proxy: believed from one, and never twice."""

from __future__ import annotations

from typing import Any

import pytest

from launcher.hosting.forwarded import FOR, Trust
from launcher.hosting.places import network

PROXIES = (network("127.0.0.1"), network("10.0.0.0/8"), network("::1"))
BEHIND = Trust(PROXIES, is_behind=True, is_https=True)


def settled(trust: Trust, **environ: Any) -> dict[str, Any]:
    """Return an environ after the proxy's word was weighed."""
    made = {"REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http", "HTTP_HOST": "example.org", **environ}
    trust.settle(made)
    return made


@pytest.mark.parametrize(
    ("header", "visitor"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9", "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("2001:db8::7", "2001:db8::7"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, nonsense", "127.0.0.1"),
        ("nonsense, 10.1.2.3", "10.1.2.3"),
        ("10.1.2.3", "10.1.2.3"),
        ("", "127.0.0.1"),
        (" , ,", "127.0.0.1"),
        (", ".join(["10.0.0.1"] * 5000), "10.0.0.1"),
    ],
)
def test_visitor_is_the_last_hop_that_is_no_proxy(header: str, visitor: str) -> None:
    found = settled(BEHIND, HTTP_X_FORWARDED_FOR=header)
    assert found["REMOTE_ADDR"] == visitor
    assert found[FOR] == visitor, "an app that counts proxies finds the same"


@pytest.mark.parametrize("peer", ["203.0.113.1", "127.0.0.2", "", "nonsense"])
@pytest.mark.parametrize("trust", [BEHIND, Trust(PROXIES)])
def test_nobody_else_is_believed(peer: str, trust: Trust) -> None:
    said = {"HTTP_X_FORWARDED_FOR": "1.1.1.1", "HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_REAL_IP": "1.1.1.1"}
    said |= {"HTTP_X_FORWARDED_HOST": "evil", "HTTP_FORWARDED": "for=1.1.1.1", "HTTP_SCRIPT_NAME": "/x"}
    found = settled(trust, REMOTE_ADDR=peer, **said)
    assert found == {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http", "HTTP_HOST": "example.org"}


def test_scheme_and_host_are_the_nearest_proxys() -> None:
    said = {"HTTP_X_FORWARDED_PROTO": "http, https", "HTTP_X_FORWARDED_HOST": "evil, example.net"}
    found = settled(BEHIND, **said)
    assert (found["wsgi.url_scheme"], found["HTTPS"], found["HTTP_HOST"]) == ("https", "on", "example.net")
    assert "HTTP_X_FORWARDED_HOST" not in found


def test_visitors_come_by_https_where_the_proxy_says_nothing() -> None:
    assert settled(BEHIND)["wsgi.url_scheme"] == "https"
    assert settled(Trust(PROXIES, is_behind=True))["wsgi.url_scheme"] == "http"
    assert settled(BEHIND, HTTP_X_FORWARDED_PROTO="gopher")["wsgi.url_scheme"] == "https"


def test_whoever_may_open_the_socket_is_believed() -> None:
    trust = Trust(is_behind=True, is_unix=True)
    found = settled(trust, REMOTE_ADDR="0.0.0.0", HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert found["REMOTE_ADDR"] == "203.0.113.9"
    assert settled(trust, REMOTE_ADDR="0.0.0.0")["REMOTE_ADDR"] == ""


def test_variables_of_a_proxy_count_and_no_header_beside_them() -> None:
    trust = Trust(is_behind=True, is_unix=True, is_resolved=True)
    visitor = {"REMOTE_ADDR": "203.0.113.9", "REQUEST_SCHEME": "https"}
    found = settled(trust, HTTP_X_FORWARDED_FOR="1.1.1.1", **visitor)
    assert (found["REMOTE_ADDR"], found["wsgi.url_scheme"]) == ("203.0.113.9", "https")
    assert found[FOR] == "203.0.113.9"
    spoofed = settled(trust, HTTP_X_FORWARDED_PROTO="https", **{"wsgi.url_scheme": "https"})
    assert spoofed["wsgi.url_scheme"] == "http", "uWSGI has believed the header itself"
