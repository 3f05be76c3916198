"""The guests' policy, on a real server: who is let in, who is not, and with which answer."""

from __future__ import annotations

from itertools import product

import pytest

from launcher.serving.policy import Request
from launcher.sharing.addresses import local_name
from launcher.sharing.entrance import Entrance, Welcome
from launcher.sharing.invitations import hashed
from tests.sharing.conftest import Open
from tests.support.asking import ask, exchange, request_bytes
from tests.support.guests import join, path_of

JOIN, WAIT, STATE = "/.launcher/join", "/.launcher/wait", "/.launcher/wait/state"


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost", "127.0.0.1", "evil.example:{port}", "localhost:{port}"]
)
def test_another_host_is_misdirected_even_with_a_session(open_sharing: Open, host: str) -> None:
    opened = open_sharing()
    guest = opened.joined()
    assert guest.ask("/who", headers={"Host": host.format(port=guest.port)}).status == 421
    assert guest.ask("/who", headers={"Host": f"{local_name()}:{guest.port}"}).status == 200


def test_no_host_and_two_hosts_are_misdirected(open_sharing: Open) -> None:
    guest = open_sharing().joined()
    for lines in (
        ("GET /who HTTP/1.0",),
        ("GET /who HTTP/1.1", f"Host: {guest.host}", f"Host: {guest.host}"),
    ):
        cookie = "; ".join(f"{name}={value}" for name, value in guest.cookies.items())
        assert exchange(guest.port, request_bytes(*lines, f"Cookie: {cookie}")).startswith(
            b"HTTP/1.1 421 ".replace(b"1.1", lines[0][-3:].encode())
        )


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1"}, 403),
        ({"Origin": "https://{host}"}, 403),
        ({"Origin": "http://{host}.evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Upgrade": "websocket", "Connection": "upgrade"}, 403),
        ({"Origin": "http://{host}"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({}, 200),
    ],
)
def test_another_sites_request_is_refused_with_the_session(
    open_sharing: Open, headers: dict[str, str], status: int
) -> None:
    guest = open_sharing().joined()
    filled = {name: value.format(host=guest.host) for name, value in headers.items()}
    assert guest.ask("/who", headers=filled).status == status
    assert guest.ask("/save", method="POST", body=b"abc", headers=filled).status == status


def test_link_may_be_followed_from_anywhere_and_previewed(open_sharing: Open) -> None:
    opened = open_sharing()
    for headers in (
        {},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
    ):
        for method in ("GET", "HEAD", "GET"):
            seen = opened.guest().ask(path_of(opened.link), method=method, headers=headers)
            assert (seen.status, seen.header("set-cookie")) == (200, None)
    assert opened.told() == [], "a preview joins nothing"
    assert join(opened.guest(), opened.link).status == 303


def test_joining_is_a_press_of_the_button_on_our_own_page(open_sharing: Open) -> None:
    opened = open_sharing()
    path = path_of(opened.link)
    for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert opened.guest().ask(path, method="POST", headers=headers).status == 403
    assert opened.guest().ask(path, method="POST", body=b"x").status == 405, "with a body it is another's"
    assert opened.guest().ask(path, method="PUT").status == 405
    assert opened.told() == []


def test_ticket_of_one_device_lets_one_in(open_sharing: Open) -> None:
    opened = open_sharing()
    first = opened.link
    opened.joined()
    assert opened.link != first, "the next link is there at once"
    again = join(opened.guest(), first)
    assert again.status == 403 and "This link is over" in again.text
    assert join(opened.guest(), opened.link).status == 303


def test_device_that_is_in_needs_no_second_ticket(open_sharing: Open) -> None:
    opened = open_sharing()
    link = opened.link
    guest = opened.joined()
    assert join(guest, link).header("location") == "/"
    assert guest.ask(path_of(link)).header("location") == "/"
    assert opened.told() == ["joined"]


def test_sixth_wrong_ticket_is_too_many_and_so_is_the_right_one_then(open_sharing: Open) -> None:
    opened = open_sharing()
    guest = opened.guest()
    statuses = [guest.ask(f"{JOIN}?wrong").status for _ in range(6)]
    assert statuses == [403] * 5 + [429]
    barred = guest.ask(path_of(opened.link))
    assert barred.status == 429 and 0 < int(barred.header("retry-after") or 0) <= 60
    assert "Too many wrong tries" in barred.text
    assert join(guest, opened.link).status == 429
    # Before its body: nothing of that is asked for, or read.
    lines = (
        f"POST {JOIN}?wrong HTTP/1.1",
        f"Host: {guest.host}",
        "Content-Length: 1000000",
        "Expect: 100-continue",
    )
    assert exchange(guest.port, request_bytes(*lines)).startswith(b"HTTP/1.1 429 ")


def test_bar_keeps_nobody_out_who_is_in(open_sharing: Open) -> None:
    opened = open_sharing()
    guest = opened.joined()
    for _ in range(6):
        opened.guest().ask(f"{JOIN}?wrong")
    assert guest.ask("/who").status == 200


@pytest.mark.parametrize("cookie", ["", "{name}=", "{name}=wrong", "other={secret}", "{name}={secret}x"])
def test_without_the_session_nothing_is_seen(open_sharing: Open, cookie: str) -> None:
    guest = open_sharing().joined()
    ((name, secret),) = guest.cookies.items()
    headers = {"Cookie": cookie.format(name=name, secret=secret)} if cookie else {}
    for path in ("/", "/who", "/admin/users", "/.launcher/share", WAIT, STATE):
        seen = ask(guest.port, path, headers=headers)
        assert seen.status == 403 and "You need an invitation" in seen.text


@pytest.mark.parametrize(
    "path", ["/admin/users", "/ADMIN/users", "//admin//users", "/x/..%2fadmin/users", "/admin"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "DELETE"])
def test_owners_path_is_refused_and_the_rest_is_not(open_sharing: Open, path: str, method: str) -> None:
    guest = open_sharing(server={"owner": ("/admin/*",)}).joined()
    seen = guest.ask(path, method=method, body=b"x" if method == "POST" else None)
    assert seen.status == 403
    if method != "HEAD":
        assert "Not for guests" in seen.text
    assert guest.ask("/who").status == 200


@pytest.mark.parametrize(
    "path",
    ["/.launcher/share", "/.launcher/share/stop", "/.launcher/raise", "/.launcher/quit", "/.launcher/enter?x",
     "//.launcher/share", "/.LAUNCHER/share", "/%2elauncher/share", "/x/../.launcher/share"],
)  # fmt: skip
def test_owners_pages_of_ours_are_not_there_for_guests(open_sharing: Open, path: str) -> None:
    guest = open_sharing().joined()
    for method in ("GET", "POST"):
        assert guest.ask(path, method=method).status == 404


def test_header_makes_nobody_the_owner(open_sharing: Open) -> None:
    guest = open_sharing().joined()
    names = ("launcher.role", "Launcher-Role", "X-Script-Name", "X-Original-URL", "X-Forwarded-Prefix")
    seen = guest.ask("/who", headers={name: "owner" for name in names})
    assert '"role":"guest"' in seen.text and '"kept":["launcher.role"]' in seen.text
    assert '"cookies":{}' in seen.text, "the session is ours, and the app need not know it"


HOST = "192.168.1.5:23456"
HOSTS = (
    HOST,
    "my.local:23456",
    "",
    None,
    "192.168.1.5",
    f"{HOST}, {HOST}",
    "MY.local:23456",
    "evil.example:23456",
)
ORIGINS = (
    None,
    f"http://{HOST}",
    "http://my.local:23456",
    "https://192.168.1.5:23456",
    "null",
    "http://evil.example",
)
SITES = (None, "same-origin", "none", "same-site", "cross-site", "SAME-ORIGIN")
PATHS = ("/", "/play", "/admin/x", "/Admin//x", "/.launcher/share", "/.launcher/enter", "*", "")
COOKIES = (
    None,
    "guest=good",
    "guest=bad",
    "a=b; guest=good",
    "guest=bad; guest=good",
    "guest",
    "GUEST=good",
    "guest=good2",
)
METHODS = ("GET", "POST", "DELETE")


def test_only_a_session_at_the_right_place_gets_to_the_app() -> None:
    """Of every combination: the exact host, no other origin or site, a good session, no owner's path."""
    entrance = Entrance("Quiz", frozenset((HOST, "my.local:23456")), "guest", ("/admin/*",))
    entrance.devices.admit("A", "192.168.1.7", hashed("good"))
    let_in = 0
    for host, origin, site, path, cookie, method in product(HOSTS, ORIGINS, SITES, PATHS, COOKIES, METHODS):
        asked = Request(method, path, "", host, site, origin, cookie, peer="192.168.1.7")
        verdict = entrance.judge(asked)
        is_in = isinstance(verdict, Welcome) and verdict.reason == "guest"
        right = (
            host in (HOST, "my.local:23456")
            and origin in (None, f"http://{host}")
            and site in (None, "same-origin", "none")
            and path in ("/", "/play", "*", "")
            and cookie in ("guest=good", "a=b; guest=good")
        )
        assert is_in == right, (asked, verdict)
        assert verdict.allowed == is_in
        let_in += is_in
    assert let_in > 100
