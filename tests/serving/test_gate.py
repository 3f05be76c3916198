"""The gate on a real server: nothing of a refused request is kept, and nothing has two meanings."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from launcher import host
from launcher.serving.gate import request_of
from launcher.serving.guard import request_of as request_in
from launcher.serving.policy import PASS, Request, Verdict
from tests.support.asking import DEADLINE, Visitor, ask, exchange, request_bytes
from tests.support.serving import MAX_BODY, Guarded, listening, serving

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@pytest.fixture
def guarded() -> Iterator[Guarded]:
    with listening() as bound:
        made = Guarded(bound)
        with serving(made.guard, bound, made.policy.judge):
            yield made


def head_of(guarded: Guarded, *lines: str, session: bool = True) -> tuple[str, ...]:
    """Return a request's first lines, addressed rightly and with the session unless told."""
    own = (f"Host: 127.0.0.1:{guarded.port}", *([f"Cookie: {guarded.cookie}"] if session else []))
    return (lines[0], *own, *lines[1:])


def kept_on_disk() -> int:
    """Count the bytes of files without a name that this process has open: there a body is kept."""
    found = 0
    for entry in Path("/proc/self/fd").iterdir():
        try:
            if os.readlink(entry).startswith(tempfile.gettempdir()):
                found += entry.stat().st_size
        except OSError:
            continue
    return found


@pytest.mark.skipif(not host.LINUX, reason="looks at open files as Linux shows them")
@pytest.mark.parametrize("length", [1 << 19, 300 << 20])
def test_not_one_byte_of_a_stranger_s_body_is_kept(guarded: Guarded, length: int) -> None:
    lines = head_of(guarded, "POST / HTTP/1.1", f"Content-Length: {length}", session=False)
    sent = 0
    with socket.create_connection(("127.0.0.1", guarded.port), timeout=DEADLINE) as client:
        client.sendall(request_bytes(*lines))
        try:
            while sent < length:
                sent += client.send(bytes(1 << 16))
                assert kept_on_disk() == 0
        except OSError:  # refused, and closed in the middle of it
            pass
        assert sent < 32 << 20, "it was taken all the same"
    assert kept_on_disk() == 0
    assert guarded.app.calls == []


def test_stranger_s_body_is_refused_before_it_is_sent(guarded: Guarded) -> None:
    lines = head_of(
        guarded, "POST / HTTP/1.1", f"Content-Length: {2 << 30}", "Expect: 100-continue", session=False
    )
    received = exchange(guarded.port, request_bytes(*lines))
    assert received.startswith(b"HTTP/1.1 403 ")
    assert b"100 Continue" not in received
    assert b"Connection: close" in received


def test_own_body_is_asked_for_and_arrives(guarded: Guarded) -> None:
    lines = head_of(guarded, "POST /save HTTP/1.1", "Content-Length: 2", "Expect: 100-continue")
    with socket.create_connection(("127.0.0.1", guarded.port), timeout=DEADLINE) as client:
        client.sendall(request_bytes(*lines, "Connection: close"))
        assert client.recv(100).startswith(b"HTTP/1.1 100 ")
        client.sendall(b"ok")
        assert client.recv(100).startswith(b"HTTP/1.1 200 ")
    assert guarded.app.calls == ["POST /save"]


@pytest.mark.parametrize(
    "lines",
    [
        ("Transfer-Encoding: chunked", "Content-Length: 5"),
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked, chunked",),
        ("Transfer-Encoding: xchunked",),
        ("Transfer-Encoding : chunked",),
        ("Transfer-Encoding: identity",),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
        ("Transfer-Encoding:\x0bchunked",),
        ("Content-Length: +5",),
        ("Content-Length: -1",),
        ("Content-Length: 0x5",),
        ("Content-Length: 5, 5",),
        ("Content-Length: 5", "Content-Length: 5"),
        ("Content-Length: 5", "Content-Length: 6"),
        ("X-Long: one", " two"),
        ("X-Long: one", "\ttwo"),
        ("Content-Length", " : 5"),
    ],
)
def test_request_with_two_meanings_is_refused_alone(guarded: Guarded, lines: tuple[str, ...]) -> None:
    """One answer at most, whatever stands behind it; a proxy may have seen two requests there."""
    first = request_bytes(*head_of(guarded, "POST /first HTTP/1.1", *lines), body=b"0\r\n\r\n")
    second = request_bytes(*head_of(guarded, "GET /second HTTP/1.1"))
    received = exchange(guarded.port, first + second)
    assert received.count(b"HTTP/1.") == 1, received
    assert received.split(b" ", 2)[1] in (b"400", b"501")
    assert guarded.app.calls == []


@pytest.mark.parametrize("coding", ["Transfer-Encoding: chunked", "Transfer-Encoding: x"])
def test_transfer_coding_in_old_http_is_refused(guarded: Guarded, coding: str) -> None:
    lines = head_of(guarded, "POST /first HTTP/1.0", coding, "Connection: keep-alive")
    received = exchange(guarded.port, request_bytes(*lines, body=b"0\r\n\r\n"))
    assert received.count(b"HTTP/1.") == 1
    assert received.split(b" ", 2)[1] == b"400"
    assert guarded.app.calls == []


@pytest.mark.parametrize(
    "chunk", [b"0x1\r\nA\r\n0\r\n\r\n", b"-1\r\n\r\n", b"1 \r\nA\r\n0\r\n\r\n", b"1\nA\n0\n\n"]
)
def test_chunk_of_an_odd_length_is_refused(guarded: Guarded, chunk: bytes) -> None:
    lines = head_of(guarded, "POST /first HTTP/1.1", "Transfer-Encoding: chunked")
    second = request_bytes(*head_of(guarded, "GET /second HTTP/1.1"))
    received = exchange(guarded.port, request_bytes(*lines, body=chunk) + second)
    assert received.count(b"HTTP/1.") <= 1
    assert guarded.app.calls == []


def test_chunked_body_of_one_meaning_is_taken(guarded: Guarded) -> None:
    lines = head_of(guarded, "POST /save HTTP/1.1", "Transfer-Encoding: chunked", "Connection: close")
    received = exchange(guarded.port, request_bytes(*lines, body=b"2\r\nok\r\n0\r\n\r\n"))
    assert received.startswith(b"HTTP/1.1 200 ")


def test_nothing_behind_a_refused_request_is_read(guarded: Guarded) -> None:
    """Not even what would use a ticket up."""
    ticket = guarded.policy.entry_url().partition(str(guarded.port))[2]
    refused = request_bytes("GET / HTTP/1.1", "Host: evil.example")
    entering = request_bytes(*head_of(guarded, f"GET {ticket} HTTP/1.1", session=False))
    received = exchange(guarded.port, refused + entering)
    assert received.count(b"HTTP/1.") == 1
    assert received.startswith(b"HTTP/1.1 421 ")
    Visitor(f"http://127.0.0.1:{guarded.port}{ticket}")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: \x00\r\n\r\n", b"400"),
        (b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n", b"421"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 10_000 + b"\r\n", b"431"),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"431"),
        (b"get / HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"GET /\r\n\r\n", b"421"),
    ],
)
def test_what_nobody_understands_is_refused_briefly(guarded: Guarded, sent: bytes, status: bytes) -> None:
    received = exchange(guarded.port, sent)
    # Where more is sent than is read, the closing may take the answer along.
    assert received == b"" or received.split(b" ", 2)[1] == status, received
    assert b"waitress" not in received.lower()
    assert len(received) < 1500
    assert ask(guarded.port).status == 403, "it goes on answering"
    assert guarded.app.calls == []


def test_both_layers_see_the_same_request() -> None:
    """Whatever the gate decides about is what the guard would decide about on another server."""
    seen: list[Request] = []

    def judge(request: Request) -> Verdict:
        seen.append(request)
        return PASS

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        seen.append(request_in(environ))
        start_response("200 OK", [("Content-Length", "0")])
        return []

    with listening() as bound, serving(app, bound, judge):
        for lines in (
            ("GET ///x%20y/%2e%2e?a=b%26&c HTTP/1.1", "Host: a", "Sec-Fetch-Site: none", "Cookie: c=d"),
            ("POST / HTTP/1.1", "Host: a", "Origin: o", "Content-Length: 2", "Authorization: Bearer t"),
            ("GET http://a/place HTTP/1.1", "Host: a", "Upgrade: websocket", "Sec-Fetch-Mode: websocket"),
            ("PUT /%E6 HTTP/1.1", "Host: a", "Transfer-Encoding: chunked", "Sec-Fetch-Dest: empty"),
        ):
            bodies = {"chunked": b"2\r\nok\r\n0\r\n\r\n", "Content-Length": b"ok"}
            body = next((body for word, body in bodies.items() if word in str(lines)), b"")
            exchange(bound.getsockname()[1], request_bytes(*lines, "Connection: close", body=body))
            at_the_gate, in_the_guard = seen
            assert at_the_gate == in_the_guard
            seen.clear()
    assert request_of.__module__ != request_in.__module__


class TestTooLarge:
    """More than the app takes."""

    @pytest.fixture
    def own_words(self) -> Iterator[tuple[int, list[str]]]:
        """An app that refuses more than a hundred bytes as Flask does, before it reads them."""
        said: list[str] = []

        def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            said.append(environ["CONTENT_LENGTH"])
            is_large = int(environ["CONTENT_LENGTH"]) > 100
            body = b"too large, dear" if is_large else environ["wsgi.input"].read()
            start_response("413 Too Large" if is_large else "200 OK", [("Content-Length", str(len(body)))])
            return [body]

        with listening() as bound, serving(app, bound) as server:
            server.limit_bodies(100)
            yield bound.getsockname()[1], said

    def test_app_refuses_in_its_own_words_without_the_body(self, own_words: tuple[int, list[str]]) -> None:
        port, said = own_words
        for length, status in ((100, 200), (101, 413), (8 << 20, 413)):
            answer = ask(port, method="POST", body=bytes(length))
            assert (answer.status, said.pop()) == (status, str(length))
            assert answer.body == (bytes(length) if status == 200 else b"too large, dear")

    def test_whoever_sends_on_still_hears_the_answer(self, own_words: tuple[int, list[str]]) -> None:
        """A closed connection with bytes unread would be reset, and the answer lost with some browsers."""
        port, _ = own_words
        with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as client:
            client.sendall(request_bytes("POST / HTTP/1.1", "Host: x", f"Content-Length: {8 << 20}"))
            for _ in range(128):
                client.sendall(bytes(1 << 16))
            received = b"".join(iter(lambda: client.recv(65536), b""))
        assert received.endswith(b"too large, dear")

    def test_chunks_beyond_it_are_refused_by_us(self, own_words: tuple[int, list[str]]) -> None:
        port, said = own_words
        lines = ("POST / HTTP/1.1", "Host: x", "Transfer-Encoding: chunked")
        received = exchange(port, request_bytes(*lines, body=b"80\r\n" + bytes(128) + b"\r\n0\r\n\r\n"))
        assert received.startswith(b"HTTP/1.1 413 ")
        assert said == []

    def test_body_of_exactly_the_servers_limit_is_taken(self, guarded: Guarded) -> None:
        lines = head_of(guarded, "POST / HTTP/1.1", f"Content-Length: {MAX_BODY}", "Connection: close")
        received = exchange(guarded.port, request_bytes(*lines, body=bytes(MAX_BODY)))
        assert received.startswith(b"HTTP/1.1 200 ")

    def test_more_than_the_servers_limit_is_refused_by_us_with_the_headers(self, guarded: Guarded) -> None:
        lines = head_of(guarded, "POST / HTTP/1.1", f"Content-Length: {MAX_BODY + 1}", "Expect: 100-continue")
        received = exchange(guarded.port, request_bytes(*lines))
        assert received.startswith(b"HTTP/1.1 413 ")
        assert b"100 Continue" not in received
        assert guarded.app.calls == []
