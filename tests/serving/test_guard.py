"""The guard on a real server: what the network may send, and what reaches the app."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from launcher.serving.guard import Guard, answer
from launcher.serving.policy import ENTER, Policy
from tests.support.asking import DEADLINE, Answer, Visitor, ask, exchange, request_bytes
from tests.support.serving import DOOR, CountingApp, Guarded, listening, serving

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@pytest.fixture(scope="module")
def served() -> Iterator[Guarded]:
    with listening() as bound:
        guarded = Guarded(bound)
        with serving(guarded.guard, bound, guarded.policy.judge):
            yield guarded


@pytest.fixture
def guarded(served: Guarded) -> Guarded:
    """A guarded app that nobody has reached yet."""
    served.app.calls.clear()
    return served


def send(guarded: Guarded, *lines: str, body: bytes = b"") -> bytes:
    """Send a request with the session's cookie, its other lines as given; `{port}` is the port."""
    written = [line.format(port=guarded.port) for line in lines]
    return exchange(
        guarded.port,
        request_bytes(*written, f"Cookie: {guarded.cookie}", "Connection: close", body=body),
    )


def status_of(received: bytes) -> int:
    """Return the status of the one answer received."""
    assert received.count(b"HTTP/1.") == 1, received
    return int(received.split(b" ", 2)[1])


OTHER_HOSTS = [
    "evil.example",
    "evil.example:{port}",
    "localhost:{port}",
    "127.0.0.1",
    "127.0.0.1.:{port}",
    "[::1]:{port}",
    "0.0.0.0:{port}",
    "127.1:{port}",
    "2130706433:{port}",
    "127.0.0.1:{port}, 127.0.0.1:{port}",
    "127.0.0.1:{port}@evil.example",
]


@pytest.mark.parametrize("host", OTHER_HOSTS)
def test_other_host_is_misdirected_with_a_good_session(guarded: Guarded, host: str) -> None:
    assert status_of(send(guarded, "GET / HTTP/1.1", f"Host: {host}")) == 421
    assert guarded.app.calls == []


def test_no_host_is_misdirected(guarded: Guarded) -> None:
    assert status_of(send(guarded, "GET / HTTP/1.1")) == 421
    assert status_of(send(guarded, "GET / HTTP/1.0")) == 421
    assert status_of(send(guarded, "GET / HTTP/1.1", "Host:")) == 421
    assert guarded.app.calls == []


@pytest.mark.parametrize("own_first", [True, False])
def test_two_hosts_are_misdirected_in_either_order(guarded: Guarded, own_first: bool) -> None:
    hosts = ["Host: 127.0.0.1:{port}", "Host: evil.example"]
    received = send(guarded, "GET / HTTP/1.1", *(hosts if own_first else hosts[::-1]))
    # A later Waitress refuses this by itself, as bad syntax.
    assert status_of(received) in (400, 421)
    assert guarded.app.calls == []


def test_host_in_the_request_line_does_not_stand_in_for_the_header(guarded: Guarded) -> None:
    received = send(guarded, "GET http://127.0.0.1:{port}/ HTTP/1.1", "Host: evil.example")
    assert status_of(received) == 421
    assert guarded.app.calls == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_other_host_in_the_request_line_is_misdirected(guarded: Guarded, scheme: str) -> None:
    received = send(guarded, f"GET {scheme}://evil.example/ HTTP/1.1", "Host: 127.0.0.1:{port}")
    assert status_of(received) == 421
    assert guarded.app.calls == []


def test_name_that_was_rebound_to_this_machine_is_misdirected(guarded: Guarded) -> None:
    """After rebinding, the attacker's page is of one origin with us, and has its own name in Host."""
    received = send(
        guarded,
        "GET /secrets HTTP/1.1",
        "Host: rebound.evil.example:{port}",
        "Sec-Fetch-Site: same-origin",
        "Origin: http://rebound.evil.example:{port}",
    )
    assert status_of(received) == 421
    assert guarded.app.calls == []


def test_stranger_gets_a_short_refusal_that_tells_nothing(guarded: Guarded) -> None:
    found = ask(guarded.port)
    assert found.status == 403
    assert len(found.body) < 1024
    names = {name for name, _ in found.headers}
    assert not names & {"set-cookie", "server", "via", "location", "www-authenticate"}
    assert not [name for name in names if name.startswith("access-control-")]
    assert found.header("cache-control") == "no-store"
    assert guarded.app.calls == []


def test_refusals_look_the_same_whatever_the_reason(guarded: Guarded) -> None:
    def refusal(**headers: str) -> Answer:
        found = ask(guarded.port, headers=headers)
        return Answer(found.status, tuple((n, v) for n, v in found.headers if n != "date"), found.body)

    cookie = guarded.cookie
    first = refusal()
    assert refusal(Cookie="app_1=x") == first
    assert refusal(Cookie=cookie, Origin="null") == first
    assert refusal(**{"Cookie": cookie, "Sec-Fetch-Site": "cross-site"}) == first


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_form_of_another_site_is_refused_with_the_cookie(guarded: Guarded, site: str) -> None:
    """A page elsewhere on localhost is same-site: SameSite=Strict lets its cookie through."""
    received = send(
        guarded,
        "POST / HTTP/1.1",
        "Host: 127.0.0.1:{port}",
        f"Sec-Fetch-Site: {site}",
        "Content-Length: 0",
    )
    assert status_of(received) == 403
    assert guarded.app.calls == []


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "http://127.0.0.1:9999",
        "https://127.0.0.1:{port}",
        "http://127.0.0.1:{port}/",
        "http://127.0.0.1:{port}.evil.example",
        "http://evil.example:{port}",
    ],
)
def test_form_of_another_origin_is_refused_with_the_cookie(guarded: Guarded, origin: str) -> None:
    received = send(
        guarded,
        "POST / HTTP/1.1",
        "Host: 127.0.0.1:{port}",
        f"Origin: {origin}",
        "Content-Length: 0",
    )
    assert status_of(received) == 403
    assert guarded.app.calls == []


def test_own_form_reaches_the_app(guarded: Guarded) -> None:
    received = send(
        guarded,
        "POST /save HTTP/1.1",
        "Host: 127.0.0.1:{port}",
        "Origin: http://127.0.0.1:{port}",
        "Sec-Fetch-Site: same-origin",
        "Content-Length: 3",
        body=b"a=1",
    )
    assert status_of(received) == 200
    assert received.endswith(b"hello")
    assert guarded.app.calls == ["POST /save"]


def test_websocket_of_another_origin_is_refused(guarded: Guarded) -> None:
    received = send(
        guarded,
        "GET /socket HTTP/1.1",
        "Host: 127.0.0.1:{port}",
        "Origin: http://127.0.0.1:9999",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    )
    assert status_of(received) == 403
    assert guarded.app.calls == []


def test_preflight_is_refused_and_nothing_is_allowed(guarded: Guarded) -> None:
    found = ask(
        guarded.port,
        method="OPTIONS",
        headers={
            "Origin": "http://127.0.0.1:9999",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Private-Network": "true",
        },
    )
    assert found.status == 403
    assert not [name for name, _ in found.headers if name.startswith("access-control-")]
    assert guarded.app.calls == []


@pytest.mark.parametrize("spelling", ["Sec_Fetch_Site: none", "Cookie : x", " Cookie: x"])
def test_odd_spelling_of_a_header_helps_nobody(guarded: Guarded, spelling: str) -> None:
    received = exchange(
        guarded.port,
        request_bytes(
            "GET / HTTP/1.1",
            f"Host: 127.0.0.1:{guarded.port}",
            "Sec-Fetch-Site: cross-site",
            spelling,
            "A: b",
        ),
    )
    assert status_of(received) in (400, 403)
    assert guarded.app.calls == []


def test_refused_head_leaves_nothing_behind_for_the_next_answer(guarded: Guarded) -> None:
    """An answer to HEAD has no body; one that had would be read as the next answer."""
    for path in ("/", "/.launcher/nothing"):
        received = exchange(
            guarded.port,
            request_bytes(f"HEAD {path} HTTP/1.1", "Host: evil.example")
            + request_bytes("GET / HTTP/1.1", f"Host: 127.0.0.1:{guarded.port}", f"Cookie: {guarded.cookie}"),
        )
        head, rest = received.split(b"\r\n\r\n", 1)
        assert head.startswith(b"HTTP/1.1 421")
        assert b"Connection: close" in head
        assert rest == b""
    assert guarded.app.calls == []


class TestEntering:
    """In by a ticket, once."""

    def test_ticket_becomes_a_session_once(self, guarded: Guarded) -> None:
        url = guarded.policy.entry_url()
        visitor = Visitor(url)
        assert visitor.entered.header("location") == "/"
        assert visitor.entered.header("set-cookie") == guarded.policy.cookie
        assert visitor.entered.header("cache-control") == "no-store"
        assert visitor.entered.header("referrer-policy") == "no-referrer"
        assert visitor.entered.body == b""
        assert visitor.ask("/").text == "hello"
        again = ask(guarded.port, url.partition(str(guarded.port))[2])
        assert again.status == 403
        assert again.header("set-cookie") is None

    def test_entry_leads_to_the_place_that_was_looked_at(self, guarded: Guarded) -> None:
        visitor = Visitor(f"{guarded.policy.entry_url()}&next=/notes%3Fpage=2")
        assert visitor.entered.header("location") == "/notes?page=2"

    @pytest.mark.parametrize("place", ["//evil.example", "/%09/evil.example", "/%0D%0AX:y", "/%E6%97%A5"])
    def test_entry_leads_nowhere_else(self, guarded: Guarded, place: str) -> None:
        visitor = Visitor(f"{guarded.policy.entry_url()}&next={place}")
        assert visitor.entered.header("location") in ("/", "/%E6%97%A5")
        assert visitor.entered.header("x") is None

    def test_browser_that_comes_from_a_file_goes_on_by_itself(self, guarded: Guarded) -> None:
        """A redirect would be the file's request still, and browsers keep the cookie from it."""
        place = f"{guarded.policy.entry_url()}&next=/notes%3Fx=%22%3E%3Cb%3E".partition(str(guarded.port))[2]
        found = ask(guarded.port, place, headers={"Sec-Fetch-Site": "cross-site"})
        assert (found.status, found.header("set-cookie")) == (200, guarded.policy.cookie)
        assert found.text.count("<") == 4
        assert 'content="0;url=/notes?x=&quot;&gt;&lt;b&gt;"' in found.text
        assert ask(guarded.port, place, headers={"Sec-Fetch-Site": "cross-site"}).status == 403

    @pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS"])
    def test_ticket_is_refused_by_another_method_and_stays_good(self, guarded: Guarded, method: str) -> None:
        url = guarded.policy.entry_url()
        assert ask(guarded.port, url.partition(str(guarded.port))[2], method=method).status == 403
        Visitor(url)

    def test_a_hundred_visitors_at_once_and_one_gets_in(self, guarded: Guarded) -> None:
        place = guarded.policy.entry_url().partition(str(guarded.port))[2]
        together, results = threading.Barrier(100), list[int]()

        def enter() -> None:
            together.wait(DEADLINE)
            results.append(ask(guarded.port, place).status)

        threads = [threading.Thread(target=enter) for _ in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(results) == [303] + [403] * 99

    @pytest.mark.parametrize(
        "path", [ENTER, f"{ENTER}?", f"{ENTER}?x", f"/{ENTER}?x", "/.launcher/%65nter?x"]
    )
    def test_there_is_no_way_in_without_a_ticket(self, guarded: Guarded, path: str) -> None:
        assert ask(guarded.port, path).status == 403
        assert ask(guarded.port, path, headers={"Cookie": guarded.cookie}).status == 403
        assert guarded.app.calls == []


class TestOwnPaths:
    """What lies under /.launcher/ is ours, never the app's."""

    @pytest.fixture
    def own(self) -> Iterator[tuple[Guarded, list[str]]]:
        asked: list[str] = []

        def page(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            asked.append(environ["PATH_INFO"])
            return answer(start_response, "200 OK", "ours")

        with listening() as bound:
            guarded = Guarded(bound)
            guarded.guard = Guard(
                guarded.app,
                guarded.policy,
                pages={DOOR: page, "/.launcher/page": page},
            )
            with serving(guarded.guard, bound, guarded.policy.judge):
                yield guarded, asked

    def test_page_is_for_those_who_were_let_in(self, own: tuple[Guarded, list[str]]) -> None:
        guarded, asked = own
        assert ask(guarded.port, "/.launcher/page").status == 403
        assert asked == []
        assert ask(guarded.port, "/.launcher/page", headers={"Cookie": guarded.cookie}).text == "ours"

    def test_door_is_for_the_token_alone(self, own: tuple[Guarded, list[str]]) -> None:
        guarded, asked = own
        token = {"Authorization": f"Bearer {guarded.policy.token}"}
        assert ask(guarded.port, DOOR, headers={"Host": "evil.example", **token}).status == 421
        assert ask(guarded.port, DOOR).status == 403
        assert ask(guarded.port, DOOR, headers={"Cookie": guarded.cookie}).status == 403
        assert ask(guarded.port, DOOR, headers={"Cookie": guarded.cookie, **token}).status == 403
        assert asked == []
        assert ask(guarded.port, DOOR, headers=token).text == "ours"

    def test_unknown_path_of_ours_is_not_found(self, own: tuple[Guarded, list[str]]) -> None:
        guarded, _ = own
        found = ask(guarded.port, "/.launcher/nothing", headers={"Cookie": guarded.cookie})
        assert found.status == 404
        assert guarded.app.calls == []


def test_app_can_be_put_in_later() -> None:
    """The server answers from the first moment, and the app comes when it is loaded."""
    first, second = CountingApp(), CountingApp()
    policy = Policy.for_port(20000)
    guard = Guard(first, policy)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/x",
        "HTTP_HOST": policy.host,
        "HTTP_COOKIE": f"{policy.cookie_name}={policy.secret}",
    }
    list(guard(environ, lambda *_: bytearray().extend))
    guard.app = second
    list(guard(environ, lambda *_: bytearray().extend))
    assert (first.calls, second.calls) == (["GET /x"], ["GET /x"])


def test_client_that_hangs_up_harms_nobody(guarded: Guarded) -> None:
    for sent in (
        b"",
        b"GET",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        b"\x16\x03\x01\x02\x00\x01",
        b"\x00" * 100,
    ):
        with socket.create_connection(("127.0.0.1", guarded.port), timeout=DEADLINE) as connection:
            connection.sendall(sent)
    assert ask(guarded.port).status == 403
