"""Asking an app inside its session, and comparing what it answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from launcher.errors import BuildError
from launcher.packager import asking
from launcher.packager.asking import Answer, Session, ask_all

PLACE = "/tmp/some where/project"


class App(BaseHTTPRequestHandler):
    """An app that lets in by its entry URL and wants the cookie afterwards."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/enter":
            return self.answer(303, b"", [("Location", "/"), ("Set-Cookie", "session=secret; HttpOnly")])
        if self.headers.get("Cookie") != "session=secret":
            return self.answer(403, b"not you", [])
        host = self.headers["Host"]
        if path == "/where":
            return self.answer(200, f"{PLACE}/data at http://{host}/".encode(), [])
        if path == "/away":
            return self.answer(302, b"", [("Location", f"http://{host}/login?next=/")])
        if path == "/stream":
            return self.answer(200, b"", [("Content-Type", "text/event-stream; charset=utf-8")])
        if path == "/endless":
            return self.endless()
        if path == "/gone":
            self.close_connection = True
            return self.wfile.flush()
        return self.answer(200, path.encode(), [("Content-Type", "text/plain; charset=utf-8")])

    def answer(self, status: int, body: bytes, headers: list[tuple[str, str]]) -> None:
        self.send_response(status)
        for name, value in [*headers, ("Content-Length", str(len(body)))]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 65536)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    """The port of a running app."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), App)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def session(port: int) -> Session:
    return Session(f"http://127.0.0.1:{port}/enter?ticket", [PLACE, "/tmp"])


def test_a_session_is_opened_by_the_entry_url(session: Session) -> None:
    assert session.ask("/x").status == 200


def test_an_entry_that_opens_nothing_is_an_error(port: int) -> None:
    with pytest.raises(BuildError, match="403"):
        Session(f"http://127.0.0.1:{port}/elsewhere?ticket", [])


def test_origin_and_place_do_not_count(session: Session) -> None:
    answer = session.ask("/where")
    assert answer.size == len(b"<place>/data at http://<app>/")
    assert session.ask("/away").location == "http://<app>/login?next=/"


def test_paths_are_asked_for_as_a_browser_writes_them(session: Session) -> None:
    path = "/static/über uns/日本.css"
    assert session.ask(path).size == len("/static/%C3%BCber%20uns/%E6%97%A5%E6%9C%AC.css")
    assert session.ask("/a%20b?c=d&e").size == len("/a%20b")


def test_the_type_counts_without_its_parameters(session: Session) -> None:
    assert session.ask("/x").kind == "text/plain"


def test_a_stream_of_events_is_not_waited_for(session: Session) -> None:
    answer = session.ask("/stream")
    assert (answer.kind, answer.whole) == ("text/event-stream", False)


def test_an_endless_body_is_given_up(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "BODY_SIZE", 1_000_000)
    answer = session.ask("/endless")
    assert (answer.status, answer.whole, answer.digest) == (200, False, "")


def test_equal_bodies_are_equal_answers_and_others_are_not(session: Session) -> None:
    assert session.ask("/one") == session.ask("/one")
    assert session.ask("/one") != session.ask("/two")


def test_asking_stops_at_the_path_after_which_the_app_is_gone(session: Session) -> None:
    answers, broke = ask_all(session, ["/one", "/gone", "/two"])
    assert list(answers) == ["/one"] and broke == "/gone"
    answers, broke = ask_all(session, ["/one", "/two"])
    assert list(answers) == ["/one", "/two"] and broke is None


def test_an_answer_is_described_in_a_few_words() -> None:
    assert Answer(200, "text/html", "", 12, "x").describe() == "200, text/html, 12 bytes"
    assert Answer(302, "", "/login", 0, "").describe() == "302 to /login, no type, 0 bytes"
