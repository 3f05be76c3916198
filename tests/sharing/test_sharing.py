"""One sharing: its port, its links, the app as guests see it, and its end."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from launcher.serving import adapting
from launcher.sharing import sharing as module
from tests.sharing.conftest import Book, Open
from tests.support.asking import DEADLINE
from tests.support.guests import join
from tests.support.visiting import Caller
from tests.support.waiting import until


def test_beginning_tells_all_that_a_terminal_shows(open_sharing: Open) -> None:
    opened = open_sharing(hours=2)
    told = opened.events[0]
    assert {**told, "link": "", "until": ""} == {
        "event": "shared",
        "link": "",
        "address": "127.0.0.1",
        "port": opened.sharing.port,
        "until": "",
        "ask": False,
    }
    assert told["link"] == opened.link
    until_when = datetime.fromisoformat(told["until"])
    assert until_when.tzinfo is not None
    assert 7100 < (until_when - datetime.now().astimezone()).total_seconds() < 7300


def test_port_stays_the_apps_own_unless_it_is_taken(open_sharing: Open, tmp_path: Path) -> None:
    first = open_sharing()
    first.sharing.close()
    second = open_sharing()
    assert second.sharing.port == first.sharing.port
    third = open_sharing()
    assert third.sharing.port != first.sharing.port
    for one in (second, third):
        one.sharing.close()
    assert int((tmp_path / "share-port").read_text("ascii")) == third.sharing.port
    assert open_sharing().sharing.port == third.sharing.port, "the last one is remembered"


def test_link_is_renewed_in_time_and_the_one_before_is_still_good(
    open_sharing: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FRESH", 0.0)
    monkeypatch.setattr("launcher.sharing.addresses.is_still_there", lambda address: True)
    opened = open_sharing()
    before = opened.link
    assert opened.sharing.look_after() == ""
    assert opened.link != before and [one["event"] for one in opened.events] == ["shared"] * 2
    assert join(opened.guest(), before).status == 303


def test_link_for_several_stays_until_it_is_used_up(open_sharing: Open) -> None:
    opened = open_sharing(uses=3)
    link = opened.link
    for _ in range(3):
        assert opened.link == link
        assert join(opened.guest(), link).status == 303
    assert opened.link != link


def test_it_is_over_after_its_hours(open_sharing: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("launcher.sharing.addresses.is_still_there", lambda address: True)
    assert open_sharing(hours=0.0).sharing.look_after() == "Sharing has ended after 0 hours."


def test_silence_is_told_as_a_refusal(open_sharing: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("launcher.sharing.addresses.is_still_there", lambda address: True)
    opened = open_sharing(asks=True)
    join(opened.guest(), opened.link)
    opened.sharing.look_after()
    assert opened.told() == ["asks"]
    monkeypatch.setattr("launcher.sharing.asking.PATIENCE", 0.0)
    opened.sharing.look_after()
    opened.sharing.look_after()
    assert opened.told() == ["asks", "refused"]


def test_it_is_over_when_the_address_is_gone(open_sharing: Open) -> None:
    why = open_sharing().sharing.look_after()  # nobody is offered 127.0.0.1
    assert "no longer has the address 127.0.0.1" in why


def test_end_closes_everything_and_leaves_no_thread(open_sharing: Open, book: Book) -> None:
    before = {*threading.enumerate()}
    opened = open_sharing()
    guest = opened.joined()
    with guest.connect() as streaming, guest.connect() as idle:
        streaming.sendall(guest.request("/stream"))
        assert book.going.wait(DEADLINE)
        opened.sharing.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", opened.sharing.port), timeout=DEADLINE).close()
        for client in (streaming, idle):
            client.settimeout(DEADLINE)
            with suppress(ConnectionError):
                while client.recv(65536):
                    pass
    assert book.ended.wait(DEADLINE)
    until(lambda: not {*threading.enumerate()} - before, what=lambda: {*threading.enumerate()} - before)


class TestApp:
    """What an app for the web does in a guest's request, beside the window's."""

    @pytest.fixture
    def app(self) -> Flask:
        made = Flask("web")
        made.config.update(
            SERVER_NAME="quiz.example.org", PREFERRED_URL_SCHEME="https", SESSION_COOKIE_SECURE=True
        )
        made.secret_key = "for a test"

        @made.route("/where")
        def where() -> str:
            return url_for("where", _external=True)

        @made.route("/count")
        def count() -> str:
            session["count"] = session.get("count", 0) + 1
            return str(session["count"])

        @made.route("/away")
        def away() -> ResponseReturnValue:
            return redirect(url_for("where", _external=True))

        return made

    @staticmethod
    def window(app: Flask) -> str:
        """Ask as the window does, which has been served before."""
        client = adapting.adapt(app, "127.0.0.1:20000")
        found: list[bytes] = []
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/where",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "20000",
            "HTTP_HOST": "127.0.0.1:20000",
            "wsgi.url_scheme": "http",
            "launcher.role": "owner",
        }
        found.extend(client(environ, lambda *answer: found.append))
        return b"".join(found).decode()

    def test_addresses_are_those_of_who_asks(self, open_sharing: Open, app: Flask) -> None:
        assert self.window(app) == "http://127.0.0.1:20000/where"
        guest = open_sharing(app=app).joined()
        assert guest.ask("/where").text == f"http://{guest.host}/where"
        assert guest.ask("/away").header("location") == f"http://{guest.host}/where"
        assert self.window(app) == "http://127.0.0.1:20000/where"
        again = open_sharing(app=app).joined()
        assert again.ask("/where").text == f"http://{again.host}/where"

    def test_app_with_subdomains_is_at_home_for_guests(self, open_sharing: Open) -> None:
        made = Flask("web", subdomain_matching=True)
        made.config["SERVER_NAME"] = "quiz.example.org"
        made.add_url_rule("/where", "where", lambda: url_for("where", _external=True))
        assert self.window(made) == "http://127.0.0.1:20000/where"
        with pytest.warns(UserWarning, match="server name"):
            guest = open_sharing(app=made).joined()
            assert guest.ask("/where").text == f"http://{guest.host}/where"

    def test_session_of_the_app_is_kept_from_plain_http_and_apart(
        self, open_sharing: Open, app: Flask
    ) -> None:
        self.window(app)
        guest = open_sharing(app=app).joined()
        assert [guest.ask("/count").text for _ in range(3)] == ["1", "2", "3"]
        assert "session~org.example.quiz" in guest.cookies

    def test_app_that_wants_https_of_everybody_is_seen_by_guests(
        self, open_sharing: Open, app: Flask
    ) -> None:
        @app.before_request
        def secure() -> ResponseReturnValue | None:
            return None if request.is_secure else redirect(request.url.replace("http:", "https:", 1))

        self.window(app)
        guest = open_sharing(app=app).joined()
        assert guest.ask("/where").text == f"http://{guest.host}/where"


def test_owner_of_one_sharing_is_nobody_in_the_next(open_sharing: Open) -> None:
    first = open_sharing()
    guest = first.joined()
    first.sharing.close()
    second = open_sharing()
    other = Caller("127.0.0.1", second.sharing.port)
    other.cookies = {f"guest_{second.sharing.port}": next(iter(guest.cookies.values()))}
    assert other.ask("/who").status == 403
