"""Guests' connections: few in all, fewer of one address, and cut with their device."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from launcher.sharing import listener
from tests.sharing.conftest import Book, Open, Opened
from tests.support.asking import DEADLINE, exchange, request_bytes
from tests.support.visiting import Caller
from tests.support.waiting import until


def held(opened: Opened) -> int:
    return len(opened.sharing.server.listener.active_channels)


@contextmanager
def crowd(
    port: int, size: int, sent: bytes = b"", source: str = "127.0.0.1"
) -> Iterator[list[socket.socket]]:
    """Hold connections from an address of this machine's own."""
    with ExitStack() as stack:
        made = []
        for _ in range(size):
            one = socket.create_connection(("127.0.0.1", port), DEADLINE, source_address=(source, 0))
            made.append(stack.enter_context(one))
            one.sendall(sent)
        yield made


def is_closed(client: socket.socket) -> bool:
    client.settimeout(DEADLINE)
    try:
        return client.recv(65536) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nX: "], ids=["silent", "dripping"])
def test_one_address_gets_a_part_and_its_oldest_make_room(open_sharing: Open, sent: bytes) -> None:
    opened = open_sharing()
    with crowd(opened.sharing.port, listener.OF_AN_ADDRESS + 20, sent) as made:
        until(lambda: held(opened) == listener.OF_AN_ADDRESS, what=lambda: held(opened))
        assert is_closed(made[0])
        with crowd(opened.sharing.port, 5, source="127.0.0.2"):
            until(lambda: held(opened) == listener.OF_AN_ADDRESS + 5, what=lambda: held(opened))


def test_all_together_get_no_more_than_there_are(open_sharing: Open) -> None:
    opened = open_sharing()
    with ExitStack() as stack:
        for number in range(1, 6):
            stack.enter_context(crowd(opened.sharing.port, 25, source=f"127.0.0.{number}"))
        until(lambda: held(opened) == listener.MOST, what=lambda: held(opened))
        guest = Caller("127.0.0.1", opened.sharing.port)
        assert guest.ask().status == 403, "whoever comes last is heard"


def test_guest_is_answered_in_a_crowd_of_strangers(open_sharing: Open) -> None:
    opened = open_sharing()
    guest = opened.joined()
    with guest.connect() as kept:
        kept.sendall(guest.request("/who"))
        assert kept.recv(65536).startswith(b"HTTP/1.1 200 ")
        with crowd(opened.sharing.port, listener.OF_AN_ADDRESS + 20, b"GET / HTTP/1.1\r\n"):
            kept.sendall(guest.request("/who"))
            assert kept.recv(65536).startswith(b"HTTP/1.1 200 "), "known ones are the last to go"


def test_revoking_cuts_a_stream_that_runs_and_no_other(open_sharing: Open, book: Book) -> None:
    opened = open_sharing()
    first, second = opened.joined(), opened.joined()
    device = opened.sharing.entrance.devices.all()[0]
    with first.connect() as cut, second.connect() as kept, first.connect() as idle:
        cut.sendall(first.request("/stream"))
        until(lambda: b"data: x" in cut.recv(65536))
        idle.sendall(first.request("/who"))
        assert idle.recv(65536).startswith(b"HTTP/1.1 200 ")
        kept.sendall(second.request("/who"))
        assert kept.recv(65536).startswith(b"HTTP/1.1 200 ")
        opened.sharing.revoke(device.number)
        until(lambda: is_closed(cut))
        assert is_closed(idle), "what it has open and does not use goes as well"
        assert book.ended.wait(DEADLINE), "the app need not go on for nobody"
        kept.sendall(second.request("/who"))
        assert kept.recv(65536).startswith(b"HTTP/1.1 200 ")
        assert first.ask("/who").status == 403


def test_revoking_cuts_a_body_that_is_coming(open_sharing: Open) -> None:
    opened = open_sharing()
    guest = opened.joined()
    (device,) = opened.sharing.entrance.devices.all()
    head = (
        guest.request("/save")
        .replace(b"GET", b"POST")
        .replace(b"\r\n\r\n", b"\r\nContent-Length: 100000\r\n\r\n")
    )
    with guest.connect() as client:
        client.sendall(head + b"x" * 1000)
        until(
            lambda: any(
                one.request is not None for one in opened.sharing.server.listener.active_channels.values()
            )
        )
        opened.sharing.revoke(device.number)
        assert is_closed(client)


@pytest.mark.parametrize("size", [(64 << 20) + 1, 1 << 40])
def test_body_that_is_too_large_is_refused_with_its_headers(open_sharing: Open, size: int) -> None:
    guest = open_sharing().joined()
    cookie = "; ".join(f"{name}={value}" for name, value in guest.cookies.items())
    lines = ("POST /save HTTP/1.1", f"Host: {guest.host}", f"Cookie: {cookie}", f"Content-Length: {size}")
    assert exchange(guest.port, request_bytes(*lines)).startswith(b"HTTP/1.1 413 ")


def test_body_that_the_app_or_the_project_takes_not_is_refused(open_sharing: Open, book: Book) -> None:
    book.app.config["MAX_CONTENT_LENGTH"] = 1000
    guest = open_sharing().joined()
    assert guest.ask("/save", method="POST", body=b"x" * 1000).text == "1000"
    assert guest.ask("/save", method="POST", body=b"x" * 1001).status == 413
    own = open_sharing(server={"max_body": 500}).joined()
    assert own.ask("/save", method="POST", body=b"x" * 500).text == "500"
    assert own.ask("/save", method="POST", body=b"x" * 501).status == 413
