"""What stands in front of an app, asked directly: what it adds, and what it leaves as it is."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import flask
import pytest

from launcher.hosting.application import Project
from launcher.hosting.forwarded import Trust
from launcher.hosting.front import Front
from launcher.hosting.order import Hosting
from launcher.hosting.policy import Policy
from launcher.project.manifest import Manifest, ServerSettings
from launcher.project.target import Target

POLICY = Policy(frozenset(("example.org",)), "/healthz")
Answered = tuple[str, dict[str, str], bytes]


def front_of(app: Any, **more: Any) -> Front:
    """Return an app behind the front."""
    return Front(app, POLICY, Trust(), **{"max_body": 100, **more})


def says(*headers: tuple[str, str], body: Iterable[bytes] = (b"hello",)) -> Any:
    """Return an app that says one thing."""

    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", list(headers))
        return body

    return app


def asked(front: Front, path: str = "/", body: bytes = b"", **environ: Any) -> Answered:
    """Ask as a server does, and return status, headers and body."""
    begun: list[Any] = []
    whole = {
        "REQUEST_METHOD": "POST" if body else "GET",
        "PATH_INFO": path,
        "HTTP_HOST": "example.org",
        "REMOTE_ADDR": "203.0.113.7",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        **environ,
    }
    result: Any = front(whole, lambda *said: begun.append(said))  # type: ignore[arg-type]
    received = b"".join(result)
    if hasattr(result, "close"):
        result.close()
    return begun[-1][0], {name.lower(): value for name, value in begun[-1][1]}, received


def test_page_gets_what_it_lacks_and_keeps_what_it_says() -> None:
    page = ("Content-Type", "text/html")
    _, headers, _ = asked(front_of(says(page)))
    assert headers["x-frame-options"] == "SAMEORIGIN" and headers["x-content-type-options"] == "nosniff"
    _, headers, _ = asked(front_of(says(page, ("X-Frame-Options", "DENY"), ("X-Content-Type-Options", "x"))))
    assert headers["x-frame-options"] == "DENY" and headers["x-content-type-options"] == "x"
    _, headers, _ = asked(front_of(says(page, ("Content-Security-Policy", "frame-ancestors *"))))
    assert "x-frame-options" not in headers


def test_picture_may_be_shown_elsewhere() -> None:
    _, headers, _ = asked(front_of(says(("Content-Type", "image/png"))))
    assert set(headers) == {"content-type", "x-content-type-options"}


def test_cookie_is_secure_once_where_visitors_come_by_https() -> None:
    cookies = says(("Set-Cookie", "a=1; Path=/"))
    assert asked(front_of(cookies, is_https=True))[1]["set-cookie"] == "a=1; Path=/; Secure"
    assert asked(front_of(cookies))[1]["set-cookie"] == "a=1; Path=/"
    secured = says(("Set-Cookie", "a=1; secure; Path=/"))
    assert asked(front_of(secured, is_https=True))[1]["set-cookie"] == "a=1; secure; Path=/"


def test_health_turns_when_the_process_is_to_end() -> None:
    front = front_of(says())
    assert asked(front, "/healthz", HTTP_HOST="10.0.0.1")[0] == "200 OK"
    front.leaving.set()
    assert asked(front, "/healthz", HTTP_HOST="10.0.0.1")[0] == "503 Service Unavailable"
    assert asked(front)[0] == "200 OK"


def test_route_of_the_app_wins_over_our_health() -> None:
    app = flask.Flask("quiz", root_path="/")
    app.add_url_rule("/healthz", view_func=lambda: "mine")
    manifest = Manifest("Quiz", "org.example.quiz", "1", Target("quiz", None, "app", ".", ""))
    front = Project(Hosting("m", "/", ("example.org",), access_log=False), manifest).front(app)
    assert asked(front, "/healthz")[2] == b"mine"


@pytest.mark.parametrize(
    ("own", "ordered", "most", "is_ours"),
    [(None, 0, 1000, True), (50, 0, 50, False), (5000, 0, 5000, False), (50, 70, 70, True)],
)
def test_body_is_limited_by_the_order_the_app_or_the_manifest(
    own: int | None, ordered: int, most: int, is_ours: bool
) -> None:
    app = flask.Flask("quiz", root_path="/")
    app.config["MAX_CONTENT_LENGTH"] = own
    target = Target("quiz", None, "app", ".", "")
    manifest = Manifest("Quiz", "org.example.quiz", "1", target, server=ServerSettings(max_body=1000))
    front = Project(Hosting("m", "/", ("example.org",), max_body=ordered), manifest).front(app)
    assert (front.max_body, front.refuses_bodies) == (most, not is_ours)


@pytest.mark.parametrize("catches", [True, False])
def test_body_of_unknown_length_is_cut_whatever_the_app_makes_of_it(catches: bool) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        try:
            environ["wsgi.input"].read()
        except OSError:
            if not catches:
                raise
            start_response("500 Internal Server Error", [])
            return [b"oh"]
        start_response("200 OK", [])
        return [b"read"]

    chunked = {"HTTP_TRANSFER_ENCODING": "chunked"}
    assert asked(front_of(app), body=b"x" * 101, **chunked)[0].startswith("413 ")
    assert asked(front_of(app), body=b"x" * 100, **chunked)[0] == "200 OK"


def test_every_answer_has_one_line() -> None:
    lines: list[bytes] = []
    front = front_of(says(body=(part for part in (b"he", b"llo"))), log=lines.append)
    assert asked(front)[2] == b"hello"
    asked(front, HTTP_HOST="evil.example")
    asked(front, "/healthz")

    def fails(environ: Any, start_response: Any) -> Any:
        raise KeyError("pear")

    with pytest.raises(KeyError):
        asked(front_of(fails, log=lines.append), "/fails")
    said = [line.split(b'" ')[1].split(b" ")[:2] for line in lines]
    assert [status for status, _ in said] == [b"200", b"421", b"200", b"500"]
    assert said[0] == [b"200", b"5"]
